import { cloneElement, isValidElement, type ReactElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'

/** HTML of elements, among them components that wait for what they read. What waits is waited for side by side. */
export async function markup(page: ReactNode): Promise<string> {
  return renderToStaticMarkup(await resolved(page))
}

type Props = { children?: ReactNode }
type Component = (props: Props) => ReactNode

/** The same with every component called: `react-dom/server` itself takes no component that returns a promise. */
function resolved(node: ReactNode): ReactNode | Promise<ReactNode> {
  if (node instanceof Promise) return node.then(resolved)
  if (Array.isArray(node)) return eachResolved(node)
  if (!isValidElement(node)) return node
  const { type, props } = node as ReactElement<Props>
  if (typeof type === 'function') return called(type as Component, props)
  const { children } = props
  if (children === null || typeof children !== 'object') return node
  const found = resolved(children)
  return found instanceof Promise
    ? found.then((these) => withChildren(node, children, these))
    : withChildren(node, children, found)
}

function withChildren(node: ReactElement, before: ReactNode, children: ReactNode): ReactNode {
  if (children === before) return node
  return cloneElement(node, undefined, ...(Array.isArray(children) ? children : [children]))
}

/** Whatever is thrown is a rejection: those beside it that wait have somebody who waits for them. */
function called(component: Component, props: Props): ReactNode | Promise<ReactNode> {
  try {
    return resolved(component(props))
  } catch (error) {
    return Promise.reject(error)
  }
}

function eachResolved(nodes: readonly ReactNode[]): ReactNode | Promise<ReactNode> {
  const found = nodes.map(resolved)
  return found.some((node) => node instanceof Promise) ? Promise.all(found) : (found as ReactNode)
}

import { setTimeout as delay } from 'node:timers/promises'
import type { ReactNode } from 'react'
import { expect, test } from 'vitest'
import { markup } from './markup.ts'

async function Late({ ms, children }: { ms: number; children?: ReactNode }): Promise<ReactNode> {
  await delay(ms)
  return <b>{children}</b>
}

function Twice({ children }: { children: ReactNode }): ReactNode {
  return (
    <>
      {children}
      {children}
    </>
  )
}

test('components that wait stand where they are written, however long each takes', async () => {
  const page = (
    <main>
      <Late ms={20}>
        one <Late ms={1}>two</Late>
      </Late>
      <Twice>
        <Late ms={2}>&amp;</Late>
      </Twice>
      {['x', 'y'].map((name, i) => (
        <Late ms={3 - i} key={name}>
          {name}
        </Late>
      ))}
      {undefined}
      {false}
      {0}
    </main>
  )
  expect(await markup(page)).toBe('<main><b>one <b>two</b></b><b>&amp;</b><b>&amp;</b><b>x</b><b>y</b>0</main>')
})

let running = 0
let most = 0

async function Counted(): Promise<ReactNode> {
  most = Math.max(most, ++running)
  await delay(5)
  running--
  return null
}

test('they wait side by side', async () => {
  await markup(
    <ul>
      <Counted />
      <li>
        <Counted />
      </li>
      <Counted />
    </ul>,
  )
  expect(most).toBe(3)
})

async function Titled(): Promise<ReactNode> {
  await delay(1)
  return (
    <main>
      <title>{'</title> & more'}</title>
      <meta name="description" content={'"'} />
    </main>
  )
}

test('what a page says of itself stands in the head, wherever in the page it says it', async () => {
  const page = (
    <html lang="en">
      <head />
      <body>
        <Titled />
      </body>
    </html>
  )
  expect(await markup(page)).toBe(
    '<html lang="en"><head><title>&lt;/title&gt; &amp; more</title><meta name="description" content="&quot;"/></head><body><main></main></body></html>',
  )
})

async function Broken({ ms }: { ms: number }): Promise<ReactNode> {
  await delay(ms)
  throw new Error(`broken after ${ms}`)
}

function BrokenAtOnce(): ReactNode {
  throw new Error('broken at once')
}

test('what a component throws, the page throws, and nothing that fails beside it is left alone', async () => {
  await expect(markup([<Broken ms={1} key="a" />, <Late ms={5} key="b" />])).rejects.toThrow('broken after 1')
  // A rejection that nobody waits for would end the process, and fails this file.
  await expect(markup([<Broken ms={2} key="a" />, <BrokenAtOnce key="b" />])).rejects.toThrow('broken at once')
  await delay(10)
})

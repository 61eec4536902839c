/** An element with texts and other elements in it; a text never becomes markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}

export function list(
  name: 'ol' | 'ul',
  className: string,
  items: readonly (readonly (Node | string)[])[],
): HTMLElement {
  return element(name, { class: className }, ...items.map((item) => element('li', {}, ...item)))
}

/** What can be opened to read more. */
export function more(title: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('details', { class: 'more' }, element('summary', {}, title), ...children)
}

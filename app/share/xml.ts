/** A piece of XML that is finished; every other string is text, and is escaped where it is put in. */
export interface Xml {
  xml: string
}

type Attributes = Readonly<Record<string, string | undefined>>
type Child = Xml | string | undefined

/** XML 1.0, 2.2: what a document may hold. Users' texts hold anything, halves of characters among it. */
const NOT_OF_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function xmlText(text: string): string {
  return text.replace(NOT_OF_XML, '').replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign)
}

/** An element of a vocabulary that we write: names are ours. What is undefined is left out. */
export function element(name: string, attributes: Attributes = {}, children: readonly Child[] = []): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value = '']) => ` ${key}="${xmlText(value).replace(/[\t\n\r]/g, ' ')}"`)
    .join('')
  const inner = children
    .filter((child) => child !== undefined)
    .map((child) => (typeof child === 'string' ? xmlText(child) : child.xml))
    .join('')
  return { xml: inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>` }
}

export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${root.xml}\n`
}

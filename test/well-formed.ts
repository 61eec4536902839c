import { expect } from 'vitest'

/** A document of XML that was read to its end. */
export interface WellFormed {
  /** What stands in every element whose place ends in this path: "entry/id". */
  textsOf(path: string): string[]
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }
const TAG = /<(\/?)([A-Za-z][\w.:-]*)((?: [A-Za-z][\w.:-]*="[^"<]*")*)(\/?)>/y
const TEXT = /[^<]+/y

/** Reads the part of XML that this project writes, and fails on everything else: a loose sign, an element left open. */
export function wellFormed(document: string): WellFormed {
  const head = /^<\?xml version="1.0" encoding="utf-8"\?>\n/.exec(document)?.[0] ?? ''
  expect(head, document.slice(0, 200)).not.toBe('')
  const open: { name: string; text: string }[] = []
  const texts: { path: string; text: string }[] = []
  let at = head.length
  const rest = document.trimEnd()
  while (at < rest.length) {
    TEXT.lastIndex = at
    const text = TEXT.exec(rest)?.[0]
    if (text !== undefined) {
      const parent = open.at(-1)
      if (parent === undefined) throw new Error(`text outside of an element: ${text.slice(0, 50)}`)
      parent.text += unescaped(text)
      at += text.length
      continue
    }
    TAG.lastIndex = at
    const [tag, close, name = '', attributes = '', isEmpty] = TAG.exec(rest) ?? []
    if (tag === undefined) throw new Error(`no tag at ${at}: ${rest.slice(at, at + 80)}`)
    unescaped(attributes)
    at += tag.length
    if (close === '') open.push({ name, text: '' })
    if (close === '' && isEmpty === '') continue
    const path = open.map((element) => element.name).join('/')
    const ended = open.pop()
    expect(ended?.name, 'the element that ends').toBe(name)
    texts.push({ path, text: ended?.text ?? '' })
  }
  expect(open).toEqual([])
  return { textsOf: (path) => texts.filter((one) => `/${one.path}`.endsWith(`/${path}`)).map(({ text }) => text) }
}

function unescaped(text: string): string {
  return text.replace(/&([^;&]*)(;?)/g, (whole, name: string, end: string) => {
    const sign = end === ';' ? ENTITIES[name] : undefined
    if (sign === undefined) throw new Error(`no entity: ${whole}`)
    return sign
  })
}

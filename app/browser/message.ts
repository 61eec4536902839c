import { formatNumber } from '../_words/numbers.ts'

/**
 * Puts values into a sentence of app/_words: the part of ICU messages that these use, {name}, {name, number} and
 * {name, plural, one {# post} other {# posts}}. Elements stay what they are. `language`: BCP 47, for the plural's form.
 */
export function fillMessage<Value extends object>(
  message: string,
  values: Readonly<Record<string, Value | string | number>>,
  language: string,
): (Value | string)[] {
  return fill(message, { values, language })
}

interface Given<Value> {
  values: Readonly<Record<string, Value | string | number>>
  language: string
  /** What `#` stands for, inside of a plural. */
  count?: number
}

function fill<Value extends object>(message: string, given: Given<Value>): (Value | string)[] {
  const filled: (Value | string)[] = []
  for (let at = 0; at < message.length; ) {
    const open = message.indexOf('{', at)
    const end = open === -1 ? message.length : open
    const text = message.slice(at, end)
    filled.push(given.count === undefined ? text : text.replaceAll('#', formatNumber(given.count)))
    if (open === -1) break
    const close = closingBrace(message, open)
    filled.push(...place(message.slice(open + 1, close), given))
    at = close + 1
  }
  return filled.filter((part) => part !== '')
}

function place<Value extends object>(inside: string, given: Given<Value>): (Value | string)[] {
  const [, name = '', kind, forms = ''] = /^\s*(\w+)\s*(?:,\s*(\w+)\s*)?(?:,([\s\S]*))?$/.exec(inside) ?? []
  const value = given.values[name]
  if (value === undefined) return [`{${name}}`]
  if (typeof value !== 'number') return [value]
  if (kind !== 'plural') return [kind === 'number' ? formatNumber(value) : String(value)]
  return fill(formOf(forms, value, given.language), { ...given, count: value })
}

function formOf(forms: string, count: number, language: string): string {
  const texts = new Map<string, string>()
  for (let at = 0; ; ) {
    const open = forms.indexOf('{', at)
    if (open === -1) break
    const close = closingBrace(forms, open)
    texts.set(forms.slice(at, open).trim(), forms.slice(open + 1, close))
    at = close + 1
  }
  return texts.get(`=${count}`) ?? texts.get(new Intl.PluralRules(language).select(count)) ?? texts.get('other') ?? ''
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  return text.length
}

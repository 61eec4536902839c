/** One file of the emoji font, and the characters that it draws. */
export interface EmojiPart {
  name: string
  ranges: readonly (readonly [from: number, to: number])[]
}

const RANGE = /^U\+([0-9A-F]+)(?:-([0-9A-F]+))?$/i

/** By the style sheet of the font's package: which file draws what. */
export function parseEmojiParts(css: string): EmojiPart[] {
  return [...css.matchAll(/@font-face\s*\{([^}]*)\}/g)].flatMap(([, face = '']) => {
    const file = /files\/(\d+)\.woff2/.exec(face)?.[1]
    const list = /unicode-range:\s*([^;]+)/i.exec(face)?.[1]
    if (file === undefined || list === undefined) return []
    const ranges = list.split(',').flatMap((one) => {
      const [, from = '', to] = RANGE.exec(one.trim()) ?? []
      return from === '' ? [] : [[Number.parseInt(from, 16), Number.parseInt(to ?? from, 16)] as const]
    })
    return [{ name: file, ranges }]
  })
}

/** As font families of their own, so that one of them can be asked for. */
export function emojiFamily(part: string): string {
  return `Emoji ${part}`
}

/**
 * The drawing library asks for a family "emoji" whatever a text says. The language of the text is passed on, too: it is
 * by this one, which nobody speaks, that fonts.conf knows which part is meant.
 */
export function emojiLanguage(part: string): string {
  return `zz-e${part}`
}

/** Says that the character before it is an emoji, and is drawn by no font. */
const VARIATION_SELECTOR = 0xfe0f

/** The part that draws all characters of one emoji, which may be many: a family, a flag, a hand of some colour. */
export function partOfEmoji(emoji: string, parts: readonly EmojiPart[]): string | undefined {
  const points = [...emoji].map((character) => character.codePointAt(0) ?? 0).filter((at) => at !== VARIATION_SELECTOR)
  const draws = ({ ranges }: EmojiPart, point: number) => ranges.some(([from, to]) => point >= from && point <= to)
  return parts.find((part) => points.every((point) => draws(part, point)))?.name
}

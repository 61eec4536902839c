import { beforeAll, expect, test } from 'vitest'
import type { Card } from './card.ts'
import { CARD_HEIGHT, CARD_WIDTH } from './card-size.ts'
import { cjkFamilies, plainMarkup } from './card-text.ts'
import { drawCard } from './draw-card.ts'
import { type DrawnText, drawText } from './draw-text.ts'
import type { EmojiPart } from './emoji.ts'
import { provideFonts } from './fonts.ts'

let emoji: EmojiPart[]

beforeAll(async () => {
  emoji = await provideFonts()
})

const BOX = '\u1200'

async function drawn(text: string): Promise<DrawnText> {
  const families = `Noto Sans,Noto Sans Arabic,Noto Sans Hebrew Thin,Noto Sans Thai,${cjkFamilies(text)}`
  const made = await drawText(plainMarkup(text, emoji), { families, sizePx: 40, color: '#000000' })
  if (made === undefined) throw new Error(`nothing was drawn of ${text}`)
  return made
}

test.each([
  ['Latin', 'g'],
  ['Cyrillic', 'Ж'],
  ['Greek', 'Ω'],
  ['Arabic', 'ص'],
  ['Hebrew', 'ש'],
  ['Devanagari', 'क'],
  ['Thai', 'ส'],
  ['Han', '風'],
  ['kana', 'が'],
  ['Hangul', '람'],
  ['emoji', '😀'],
])('%s is drawn with letters, not with the box of a letter that no font has', async (_script, letter) => {
  const [box, other] = await Promise.all([drawn(BOX), drawn(letter)])
  expect([other.width, other.height]).not.toEqual([box.width, box.height])
})

test('letters are shaped: they join, stack and combine as their scripts want it', async () => {
  const width = async (text: string) => (await drawn(text)).width
  expect(await width('سلام')).toBeLessThan(
    (await width('س')) + (await width('ل')) + (await width('ا')) + (await width('م')),
  )
  expect(await width('क्ष')).toBeLessThan((await width('क')) + (await width('ष')))
  expect(await width('น้ำ')).toBeLessThan((await width('น')) + (await width('ำ')) + 20)
  for (const [many, one] of [
    ['👨‍👩‍👧‍👦', '👨'],
    ['👍🏽', '👍'],
    ['🇧🇷', '🇯🇵'],
  ] as const) {
    expect(await width(many), many).toBeLessThan(1.4 * (await width(one)))
  }
})

test('emoji have their colours', async () => {
  const { pixels } = await drawn('😀')
  let yellow = 0
  for (let at = 0; at < pixels.length; at += 4) {
    if ((pixels[at] ?? 0) > 200 && (pixels[at + 1] ?? 0) > 150 && (pixels[at + 2] ?? 255) < 100) yellow++
  }
  expect(yellow).toBeGreaterThan(100)
})

const person = { n: 'evil', name: '<b>\u202e"evil" & co</b>' }

test.each([
  ['nothing', ''],
  ['white space', ' \n \u200b'],
  ['no spaces to break at', 'x'.repeat(700)],
  ['Han alone', '漢'.repeat(280)],
  ['many lines', 'line\n'.repeat(140)],
  ['a flood of marks', `e${'\u0301\u0300\u0302'.repeat(200)}`.repeat(3)],
  ['markup', '<span size="999999">x</span></span><i>&amp;&#x0;'],
  ['marks of direction', `${'\u2066\u2067\u202e'.repeat(100)}x${'\u2069'.repeat(10)}`],
  ['controls', String.fromCodePoint(...Array.from({ length: 32 }, (_, at) => at), 0xfffe, 0xffff, 0xe000)],
  ['all at once', '👨‍👩‍👧‍👦'.repeat(60)],
])('a card of %s is a card', async (_what, text) => {
  const card: Card = { about: 'evil/0', person, text, isPlain: false, foot: '2026-11-22' }
  const png = await drawCard(card, undefined, emoji)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([CARD_WIDTH, CARD_HEIGHT])
})

test('the same card is the same picture', async () => {
  const card: Card = { about: 'a/1', person, text: 'text 風 صباح', isPlain: false, foot: '' }
  const [one, other] = [await drawCard(card, undefined, emoji), await drawCard(card, undefined, emoji)]
  expect(one.equals(other)).toBe(true)
})

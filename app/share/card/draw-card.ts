import sharp, { type OverlayOptions } from 'sharp'
import type { Card } from './card.ts'
import { CARD_HEIGHT, CARD_WIDTH } from './card-size.ts'
import { cardMarkup, cjkFamilies, hasTallLines, isRightToLeft, plainMarkup } from './card-text.ts'
import { type DrawnText, drawFitting, drawText, layer, type TextStyle } from './draw-text.ts'
import type { EmojiPart } from './emoji.ts'

const INK = '#15212b'
const MUTED = '#54646f'
const ACCENT = '#0a6792'
const MARGIN = 72
const ROOM = CARD_WIDTH - 2 * MARGIN
const FOOT_TOP = 546
const TEXT_BOTTOM = FOOT_TOP - 24
const AVATAR = 104
const BIG_AVATAR = 168
/** Of a text without a person. */
const LONE_SIZE = 110
/** Between lines, as a part of their size. */
const LINE_GAP = 0.22
/** The largest in which all of a text fits is taken. */
const TEXT_SIZES = [76, 64, 54, 46, 40, 35]

/**
 * Draws a card as PNG, with the fonts of fonts.ts. `picture`: of its person, in any format that the drawing library
 * reads.
 */
export async function drawCard(
  card: Card,
  picture: Uint8Array | undefined,
  emoji: readonly EmojiPart[],
): Promise<Buffer> {
  const layers = [
    ...(await headLayers(card, picture, emoji)),
    ...(await textLayers(card, emoji)),
    ...(await footLayers(card.foot)),
  ]
  return sharp(Buffer.from(BACKGROUND)).composite(layers).png({ palette: false, compressionLevel: 9 }).toBuffer()
}

/** Paper, a line above the foot, and the sign of this site at its end. */
const BACKGROUND =
  `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD_WIDTH}" height="${CARD_HEIGHT}">` +
  '<path fill="#fff" d="M0 0h1200v630H0z"/><path fill="#0a6792" d="M0 0h1200v10H0z"/>' +
  `<path fill="#dde5ea" d="M${MARGIN} ${FOOT_TOP}h${ROOM}v2H${MARGIN}z"/></svg>`

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="SIDE" height="SIDE" viewBox="0 0 24 24" fill="#0a6792">' +
  '<path d="M3 2h2v20H3zM7 4l6 1.500v7L7 14zM18.500 6.800l3.500.9v2.600l-3.500.9z"/>' +
  '<path opacity=".55" d="M13.500 5.600l4.500 1.100v4.600l-4.500 1.100z"/></svg>'

function logo(side: number): Buffer {
  return Buffer.from(LOGO.replaceAll('SIDE', String(side)))
}

async function headLayers(
  { person, text }: Card,
  picture: Uint8Array | undefined,
  emoji: readonly EmojiPart[],
): Promise<OverlayOptions[]> {
  if (person === undefined) return []
  // Where there are no words, the person is all there is to see.
  const isAlone = text === ''
  const side = isAlone ? BIG_AVATAR : AVATAR
  const top = isAlone ? 190 : 62
  const left = MARGIN + side + 28
  const room = { width: CARD_WIDTH - MARGIN - left, height: CARD_HEIGHT }
  const handle = `@${person.n}`
  const bold = { sizePx: isAlone ? 62 : 46, color: INK, isBold: true }
  const big = await line(person.name ?? handle, bold, room, emoji)
  const muted = { sizePx: isAlone ? 40 : 32, color: MUTED }
  const small = person.name === undefined ? undefined : await line(handle, muted, room, emoji)
  const layers: OverlayOptions[] = []
  if (picture !== undefined) layers.push({ input: await round(picture, side), left: MARGIN, top })
  const middle = top + side / 2
  if (big !== undefined)
    layers.push(layer(big, left, small === undefined ? middle - big.height / 2 : middle - 4 - big.height))
  if (small !== undefined) layers.push(layer(small, left, middle + 16))
  return layers
}

/** In one line, cut where it is too long. */
function line(
  text: string,
  style: Omit<TextStyle, 'families'>,
  room: { width: number; height: number },
  emoji: readonly EmojiPart[],
): Promise<DrawnText | undefined> {
  const families = familiesFor(text)
  return drawFitting(text, (shown) => drawText(plainMarkup(shown, emoji), { ...style, families }), room)
}

async function textLayers(card: Card, emoji: readonly EmojiPart[]): Promise<OverlayOptions[]> {
  const isLone = card.person === undefined
  if (card.text === '') return isLone ? signLayers() : []
  const top = isLone ? 40 : 206
  const room = { width: ROOM, height: TEXT_BOTTOM - top }
  const drawn = await fittingText(card, room, emoji)
  if (drawn === undefined) return []
  if (isLone) return [layer(drawn, (CARD_WIDTH - drawn.width) / 2, top + (room.height - drawn.height) / 2)]
  // What is drawn is as narrow as its lines, which begin at the right in some scripts.
  return [layer(drawn, isRightToLeft(card.text) ? CARD_WIDTH - MARGIN - drawn.width : MARGIN, top)]
}

async function fittingText(
  card: Card,
  room: { width: number; height: number },
  emoji: readonly EmojiPart[],
): Promise<DrawnText | undefined> {
  const isLone = card.person === undefined
  const style = { families: familiesFor(card.text), color: isLone ? ACCENT : INK, isBold: isLone, widthPx: ROOM }
  const gap = hasTallLines(card.text) ? 0 : LINE_GAP
  const drawIn = (sizePx: number) => (text: string) =>
    drawText((card.isPlain ? plainMarkup : cardMarkup)(text, emoji), { ...style, sizePx, gapPx: sizePx * gap })
  for (const size of isLone ? [LONE_SIZE, ...TEXT_SIZES] : TEXT_SIZES) {
    const drawn = await drawIn(size)(card.text)
    if (drawn === undefined || (drawn.height <= room.height && drawn.width <= room.width)) return drawn
  }
  return drawFitting(card.text, drawIn(TEXT_SIZES.at(-1) ?? 0), room)
}

/** The site itself: its sign and its name. */
async function signLayers(): Promise<OverlayOptions[]> {
  const name = await drawText('Windsock', { families: 'Noto Sans', sizePx: 110, color: INK, isBold: true })
  if (name === undefined) return []
  const left = (CARD_WIDTH - 160 - 36 - name.width) / 2
  return [{ input: logo(160), left: Math.round(left), top: 205 }, layer(name, left + 196, 285 - name.height / 2)]
}

async function footLayers(foot: string): Promise<OverlayOptions[]> {
  const style = { families: 'Noto Sans', sizePx: 28, color: MUTED }
  const said = await drawText(plainMarkup(foot, []), style)
  const site = await drawText('Windsock', { ...style, color: ACCENT, isBold: true })
  const middle = FOOT_TOP + (CARD_HEIGHT - FOOT_TOP) / 2
  const layers = said === undefined ? [] : [layer(said, MARGIN, middle - said.height / 2)]
  if (site === undefined) return layers
  const left = CARD_WIDTH - MARGIN - site.width
  return [
    ...layers,
    layer(site, left, middle - site.height / 2),
    { input: logo(40), left: left - 52, top: middle - 21 },
  ]
}

function familiesFor(text: string): string {
  return `Noto Sans,Noto Sans Arabic,Noto Sans Hebrew Thin,Noto Sans Thai,${cjkFamilies(text)}`
}

function round(picture: Uint8Array, side: number): Promise<Buffer> {
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><circle cx="${side / 2}" cy="${side / 2}" r="${side / 2}"/></svg>`
  return sharp(picture, { density: 300 })
    .resize(side, side, { fit: 'cover' })
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png()
    .toBuffer()
}

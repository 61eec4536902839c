import sharp, { type OverlayOptions } from 'sharp'

/** Text drawn on nothing: as large as what is to be seen of it, in pixels. */
export interface DrawnText {
  width: number
  height: number
  pixels: Buffer
}

export interface TextStyle {
  /** Families in the order in which they are looked into. */
  families: string
  sizePx: number
  color: string
  isBold?: boolean
  /** Broken into lines of this width; one line where it is absent. */
  widthPx?: number
  /** Between lines, beyond what their font has. */
  gapPx?: number
}

const DRAW_TIMEOUT_S = 3

/** `markup`: of card-text.ts. Undefined where nothing can be seen. */
export async function drawText(markup: string, style: TextStyle): Promise<DrawnText | undefined> {
  if (markup.replace(/<[^>]*>/g, '').trim() === '') return undefined
  const { families, sizePx, color, isBold = false, widthPx, gapPx = 0 } = style
  const text = `<span foreground="${color}">${markup}</span>`
  const wrap = widthPx === undefined ? ('none' as const) : ('word-char' as const)
  const { data, info } = await sharp({
    text: {
      text,
      // The comma ends the families: the last one's name could end in a weight.
      font: `${families}, ${isBold ? 'Bold' : 'Regular'} ${sizePx}`,
      // At 72 dots an inch a point is a pixel.
      dpi: 72,
      rgba: true,
      spacing: Math.round(gapPx),
      width: widthPx,
      wrap,
    },
  })
    .timeout({ seconds: DRAW_TIMEOUT_S })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: data }
}

export function layer({ width, height, pixels }: DrawnText, left: number, top: number): OverlayOptions {
  return { input: pixels, raw: { width, height, channels: 4 }, left: Math.round(left), top: Math.round(top) }
}

/** As many characters of a text as fit, marked as cut. `fits`: of what was drawn. */
export async function drawFitting(
  text: string,
  draw: (text: string) => Promise<DrawnText | undefined>,
  room: { width: number; height: number },
): Promise<DrawnText | undefined> {
  let characters = [...text]
  let drawn = await draw(text)
  while (drawn !== undefined && (drawn.width > room.width || drawn.height > room.height) && characters.length > 1) {
    const share = Math.min(room.width / drawn.width, room.height / drawn.height, 0.95)
    characters = characters.slice(0, Math.floor(characters.length * share))
    drawn = await draw(`${characters.join('').trimEnd()}…`)
  }
  return drawn
}

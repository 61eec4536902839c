/** The size of a frame, in CSS pixels. */
export interface EmbedSize {
  width: number
  height: number
}

const DEFAULT_WIDTH = 550
const MIN_WIDTH = 220
const MIN_HEIGHT = 120
/** Of embed.css: the border, the padding, the author's line and the foot; a line; a character of either width. */
const AROUND_PX = 150
const SIDES_PX = 34
const LINE_PX = 24
const NARROW_PX = 8.4
const WIDE_PX = 16
const WIDE =
  /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u

export interface SizeLimits {
  maxWidth?: number
  maxHeight?: number
}

/** No script tells the page around how high a frame would like to be, so it is reckoned from the text. */
export function embedSize(texts: readonly string[], { maxWidth, maxHeight }: SizeLimits): EmbedSize {
  const width = Math.min(DEFAULT_WIDTH, maxWidth ?? DEFAULT_WIDTH)
  const room = Math.max(MIN_WIDTH, width) - SIDES_PX
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => Math.max(1, Math.ceil(widthOf(line) / room)))
  const height = Math.max(MIN_HEIGHT, AROUND_PX + LINE_PX * lines.reduce((sum, count) => sum + count, 0))
  return { width, height: Math.min(height, maxHeight ?? height) }
}

function widthOf(line: string): number {
  let width = 0
  for (const character of line) width += WIDE.test(character) ? WIDE_PX : NARROW_PX
  return width
}

import sharp from 'sharp'

/** Of the sign: a pole and a sock of three bands, on paper. */
const SIGN =
  '<path d="M3 2h2v20H3zM7 4l6 1.5v7L7 14zM18.500 6.800l3.500.900v2.600l-3.500.900z"/><path opacity=".55" d="M13.500 5.600l4.500 1.100v4.600l-4.500 1.100z"/>'

/** What a part of the side is left free around the sign: launchers cut as much off a maskable icon. */
const FREE = { any: 0.12, maskable: 0.24 } as const

export const ICONS = [
  { path: '/icon-192.png', side: 192, purpose: 'any' },
  { path: '/icon-512.png', side: 512, purpose: 'any' },
  { path: '/icon-maskable.png', side: 512, purpose: 'maskable' },
  { path: '/apple-touch-icon.png', side: 180, purpose: 'any' },
] as const

/** The icons that want pixels, by their paths. */
export async function drawIcons(): Promise<Map<string, Buffer>> {
  return new Map(
    await Promise.all(
      ICONS.map(async ({ path, side, purpose }) => [path, await drawIcon(side, FREE[purpose])] as const),
    ),
  )
}

function drawIcon(side: number, free: number): Promise<Buffer> {
  const scale = (side * (1 - 2 * free)) / 24
  const at = side * free
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><g fill="#0a6792" transform="translate(${at} ${at}) scale(${scale})">${SIGN}</g></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

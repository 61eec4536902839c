import sharp from 'sharp'
import type { Author } from './authors.ts'
import { type Dice, diceOf } from './seed.ts'

/** "≤ 4096 chars, longest side 64 px" (§3.8, the web client's profile editor). */
export const AVATAR_MAX_CHARS = 4096
const SIDE = 64

/** The text an author saved as avatar: a drawn landscape as data URL, or whatever an unusual client wrote. */
export async function avatarText(seed: string, author: Author): Promise<string | undefined> {
  const { avatar } = author
  if (avatar === undefined || avatar.kind === 'text') return avatar?.text
  const picture = sharp(Buffer.from(landscape(diceOf(seed, `avatar/${author.name}`), avatar.hue))).resize(SIDE, SIDE)
  const bytes =
    avatar.kind === 'png'
      ? await picture.png({ palette: true, colours: 24, compressionLevel: 9 }).toBuffer()
      : await picture.jpeg({ quality: 70 }).toBuffer()
  const text = `data:image/${avatar.kind};base64,${bytes.toString('base64')}`
  if (text.length > AVATAR_MAX_CHARS) throw new Error(`the avatar of ${author.name} has ${text.length} characters`)
  return text
}

// A sky, a sun and two ridges, so that one tells the authors apart at a glance.
function landscape(dice: Dice, hue: number): string {
  const sun = { x: 12 + dice.below(40), y: 12 + dice.below(16), r: 6 + dice.below(6) }
  const ridge = (from: number, swing: number) => {
    const points = Array.from({ length: 6 }, (_, step) => `${step * 13},${from - dice.below(swing)}`)
    return `M0,64 L${points.join(' L')} L64,64 Z`
  }
  const shade = (lightness: number, turn = 0) => `hsl(${(hue + turn) % 360},55%,${lightness}%)`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
<rect width="64" height="64" fill="${shade(82)}"/>
<circle cx="${sun.x}" cy="${sun.y}" r="${sun.r}" fill="${shade(62, 40)}"/>
<path d="${ridge(44, 18)}" fill="${shade(52, 10)}"/>
<path d="${ridge(56, 12)}" fill="${shade(34, 20)}"/>
</svg>`
}

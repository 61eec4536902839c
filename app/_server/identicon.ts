import { createHash } from 'node:crypto'

/** Near and far slope, 48 wide with room to be turned: waves, straight lines, hills. */
const SLOPES = [
  ['M-12 28C6 14 20 36 60 20v52H-12z', 'M-12 42C10 28 28 48 60 34v38H-12z'],
  ['M-12 29 60 23v49H-12z', 'M-12 34 60 44v28H-12z'],
  ['M-12 36Q24 8 60 36v36H-12z', 'M-12 30Q24 52 60 34v38H-12z'],
] as const

/** A picture for who has none: disc, sun and two slopes from the hash of the name. Numbers only go into the markup. */
export function identicon(username: string): string {
  const bytes = createHash('sha256').update(username).digest()
  const at = (index: number): number => bytes[index] ?? 0
  const hue = Math.round((at(0) / 256) * 360)
  const far = (hue + 60 + at(1)) % 360
  const turn = (at(2) % 24) * 15
  const sunX = 14 + (at(3) % 20)
  const sunY = 9 + (at(4) % 6)
  const sun = 3 + (at(5) % 4)
  const [near, deep] = SLOPES[at(6) % SLOPES.length] ?? SLOPES[0]
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">' +
    `<clipPath id="c"><circle cx="24" cy="24" r="24"/></clipPath><g clip-path="url(#c)">` +
    `<path fill="hsl(${hue} 40% 79%)" d="M0 0h48v48H0z"/>` +
    `<g transform="rotate(${turn} 24 24)">` +
    `<circle fill="hsl(${hue} 45% 95%)" cx="${sunX}" cy="${sunY}" r="${sun}"/>` +
    `<path fill="hsl(${hue} 42% 47%)" d="${near}"/>` +
    `<path fill="hsl(${far} 42% 32%)" d="${deep}"/></g></g></svg>`
  )
}

import { createHash } from 'node:crypto'

/** A picture for who has none: disc, sun and two slopes from the hash of the name. Numbers only go into the markup. */
export function identicon(username: string): string {
  const bytes = createHash('sha256').update(username).digest()
  const at = (index: number): number => bytes[index] ?? 0
  const hue = Math.round((at(0) / 256) * 360)
  const far = (hue + 25 + (at(1) % 60)) % 360
  const turn = (at(2) % 24) * 15
  const sunX = 14 + (at(3) % 20)
  const sunY = 10 + (at(4) % 12)
  const sun = 5 + (at(5) % 5)
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">' +
    '<clipPath id="c"><circle cx="24" cy="24" r="24"/></clipPath><g clip-path="url(#c)">' +
    `<path fill="hsl(${hue} 45% 80%)" d="M0 0h48v48H0z"/>` +
    `<circle fill="hsl(${hue} 60% 94%)" cx="${sunX}" cy="${sunY}" r="${sun}"/>` +
    `<g transform="rotate(${turn} 24 24)">` +
    `<path fill="hsl(${hue} 40% 52%)" d="M-12 30C4 14 18 40 60 22v50H-12z"/>` +
    `<path fill="hsl(${far} 45% 38%)" d="M-12 40C10 26 26 46 60 34v40H-12z"/></g></g></svg>`
  )
}

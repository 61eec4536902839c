/** Invisible, reordering and control characters, which a name needs none of: they only serve to imitate another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0\u2800]/gu
const MAX_MARKS_IN_A_ROW = /(\p{M}{3})\p{M}+/gu
const MAX_NAME_CHARACTERS = 60

/** Direction overrides, which show a text in another order than it has. Isolates and marks of direction stay. */
const OVERRIDES = /[\u202d\u202e]/g

/** Text without direction overrides, and with at most three combining marks on a character; else as it was written. */
export function calmText(text: string): string {
  return text.replace(OVERRIDES, '').replace(MAX_MARKS_IN_A_ROW, '$1')
}

/** A full name fit to stand beside a handle, or nothing when nothing of it can be seen. */
export function displayName(fullname: string | undefined): string | undefined {
  if (fullname === undefined) return undefined
  const seen = fullname.replace(UNSEEN, '').replace(MAX_MARKS_IN_A_ROW, '$1').replace(/\s+/gu, ' ').trim()
  if (seen === '') return undefined
  const characters = [...seen]
  return characters.length > MAX_NAME_CHARACTERS ? `${characters.slice(0, MAX_NAME_CHARACTERS - 1).join('')}…` : seen
}

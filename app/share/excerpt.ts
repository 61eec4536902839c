import { calmText } from '../_lib/names.ts'

/** The first words of a text in one line, not longer than `length` characters; cut between words where there are some. */
export function excerpt(text: string, length: number): string {
  const line = calmText(text).replace(/\s+/gu, ' ').trim()
  const characters = [...line]
  if (characters.length <= length) return line
  const cut = characters.slice(0, length - 1).join('')
  const lastSpace = cut.lastIndexOf(' ')
  return `${lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut}…`
}

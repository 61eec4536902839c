/** Control characters, separators of lines and marks that change the direction or hide: what may steer a terminal. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu

/** Foreign text on one line of a terminal: what could steer it is written out, as \u{1b}. */
export function calmLine(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

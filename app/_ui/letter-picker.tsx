import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'

/** In the order of the list. */
const LETTERS = [...'_abcdefghijklmnopqrstuvwxyz']

/** A–Z, or rather: digits, `_`, a to z, as names are ordered by their bytes. */
export function LetterPicker({ prefix }: { prefix: string }): ReactNode {
  return (
    <nav className="letters" aria-label={words('people.letters')}>
      {/* The list begins with the digits. */}
      <a href="/names?sort=a-z" aria-current={prefix === '' ? 'true' : undefined}>
        {words('people.digits')}
      </a>
      {LETTERS.map((letter) => (
        <a
          key={letter}
          href={`/names?sort=a-z&prefix=${letter}`}
          aria-current={prefix.startsWith(letter) ? 'true' : undefined}
        >
          {letter}
        </a>
      ))}
    </nav>
  )
}

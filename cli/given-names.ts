import { parseUsername, type Username } from '../node/protocol/username.ts'

/** Names as they were typed, each once; `@alice` and `alice,bob` are understood. */
export function givenNames(words: readonly string[]): { usernames: Username[]; wrong: string[] } {
  const names = words.flatMap((word) => word.split(',')).map((name) => name.trim().replace(/^@/, ''))
  const usernames = new Set<Username>()
  const wrong = new Set<string>()
  for (const name of names) {
    if (name === '') continue
    const username = parseUsername(name)
    if (username === undefined) wrong.add(name)
    else usernames.add(username)
  }
  return { usernames: [...usernames], wrong: [...wrong] }
}

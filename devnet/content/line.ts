import type { AuthorName } from '../authors.ts'

/** One thing said in the opening history, with what others answered to it. */
export interface Line {
  readonly by: AuthorName
  /** `{link:key}` becomes the twist: link of the custom post with that key. */
  readonly text: string
  /** Other lines and deeds refer to it by this name. */
  readonly key?: string
  readonly replies?: readonly Line[]
}

export function line(by: AuthorName, text: string, ...replies: readonly Line[]): Line {
  return { by, text, replies }
}

export function keyed(key: string, by: AuthorName, text: string, ...replies: readonly Line[]): Line {
  return { by, text, key, replies }
}

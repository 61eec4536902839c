import { parseUsername } from '../../../node/protocol/username.ts'
import { parsePostNumber } from '../../_lib/params.ts'

/** What can be shown in a frame. */
export type EmbedSubject = { kind: 'user'; username: string } | { kind: 'post'; username: string; k: number }

/** By the path of its page: "/@alice/56", "/@alice". */
export function parseEmbedSubject(pagePath: string): EmbedSubject | undefined {
  const [, name = '', number] = /^\/@([^/]+)(?:\/([^/]+))?$/.exec(pagePath) ?? []
  const username = parseUsername(name.toLowerCase())
  if (username === undefined) return undefined
  if (number === undefined) return { kind: 'user', username }
  const k = parsePostNumber(number)
  return k === undefined ? undefined : { kind: 'post', username, k }
}

export function embedPath(subject: EmbedSubject): string {
  return `/embed/@${subject.username}${subject.kind === 'post' ? `/${subject.k}` : ''}`
}

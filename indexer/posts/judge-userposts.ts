import type { StoredUserpostRow } from '../../db/writes/raw-userpost.ts'
import type { UserpostRow } from '../../db/writes/userpost.ts'
import type { Username } from '../../node/protocol/username.ts'
import { parseSignedUserpost, type Userpost } from '../../node/protocol/userpost.ts'
import type { NameTable } from '../chain/name-table.ts'
import { chooseUserpost, type StoredUserpost, userpostRow } from './userpost.ts'
import { dueHeightOf, verdictOf } from './verdict.ts'

export interface Judgement<Row> {
  /** The posts that there are. */
  rows: UserpostRow[]
  /** Raw rows of which the verdict or the due height is another now. */
  verdicts: Row[]
}

/**
 * What follows from raw posts, the names and the times of blocks; nothing else enters, so the writer, the rebuild and
 * the check come to the same. All rivals for a number are given together; the names in the posts are loaded.
 */
export function judgeUserposts<Row extends StoredUserpostRow>(
  stored: readonly StoredUserpost<Row>[],
  names: NameTable,
  timeOf: (height: number) => number,
): Judgement<Row> {
  const judgement: Judgement<Row> = { rows: [], verdicts: [] }
  for (const rivals of groupsOf(stored)) {
    const judged = rivals.map((one) => ({ one, own: verdictIn(one, names) }))
    const choice = chooseUserpost(judged.flatMap(({ one, own }) => (own === 'accept' ? [one] : [])))
    for (const { one, own } of judged) {
      const verdict =
        own !== 'accept' || one === choice?.winner ? own : choice?.comments.includes(one) ? 'comment' : 'rival'
      const dueHeight = dueHeightOf(one.post.userpost, names)
      if (verdict !== one.row.verdict || dueHeight !== one.row.dueHeight)
        judgement.verdicts.push({ ...one.row, dueHeight, verdict })
    }
    if (choice === undefined) continue
    const { winner, rivalCount } = choice
    judgement.rows.push(userpostRow(winner, rivalCount, timeOf(winner.post.userpost.height)))
  }
  return judgement
}

export function storedUserpost(row: StoredUserpostRow): StoredUserpost {
  const post = parseSignedUserpost(row.piece)
  if (post === undefined) throw new Error(`the stored post ${row.username}/${row.k} is damaged`)
  return { row, post }
}

/** Names whose history the verdict asks for. */
export function namesOfUserpost({ n, rt, fav }: Userpost): Username[] {
  return [n, rt?.userpost.n, fav?.userpost.n].filter((name) => name !== undefined)
}

function verdictIn({ row, post }: StoredUserpost, names: NameTable): string {
  return verdictOf({ ...row, userpost: post.userpost }, names)
}

function groupsOf<Row extends StoredUserpostRow>(stored: readonly StoredUserpost<Row>[]): StoredUserpost<Row>[][] {
  const groups = new Map<string, StoredUserpost<Row>[]>()
  for (const one of stored) {
    const key = `${one.row.username}/${one.row.k}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

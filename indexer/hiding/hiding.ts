import type { Transaction } from '../../db/client.ts'
import { notifyChanged } from '../../db/writes/change.ts'
import {
  allBlockedUsers,
  biosWith,
  blockedUsersAmong,
  blocksFor,
  deleteAllHidden,
  deleteHiddenUserposts,
  type HiddenUserRow,
  hiddenUserpostsAmong,
  hiddenUsersAmong,
  insertHiddenUserposts,
  noteHidingChanged,
  replaceHiddenUsers,
} from '../../db/writes/hidden.ts'
import {
  byKeys,
  deepPieces,
  embedding,
  embeddingBlockedPosts,
  embeddingHiddenUsers,
  type HidingChoice,
  type HidingRow,
  hidingDeepPosts,
  hidingPosts,
  hidingPromoted,
  mayHold,
} from '../../db/writes/hiding-choice.ts'
import { lockIndex } from '../../db/writes/meta.ts'
import type { UserpostKey } from '../../db/writes/raw-userpost.ts'
import { HIDING_ROWS } from '../limits.ts'
import { leadOf } from './blocked-words.ts'
import { type Blocks, blocksOf, hidingOf, keyText, namesInside } from './hiding-cause.ts'

/** "An author's opt-out by a word in the signed bio". */
const OPT_OUT = '#nopublicweb'
const OPT_OUT_WORD = /#nopublicweb(?![\p{L}\p{M}\p{N}_])/iu
const OPT_OUT_REASON = 'the author asks in the signed profile not to be shown on public web sites (#nopublicweb)'

/**
 * Hides or shows again what stands under these numbers, in the transaction that wrote `rows` there: "new posts with a
 * blocked word never show even for a moment". Answers the numbers of which something changed.
 */
export async function hidePosts(
  tx: Transaction,
  keys: readonly UserpostKey[],
  rows: readonly HidingRow[],
): Promise<UserpostKey[]> {
  if (keys.length === 0) return []
  const whole = await withDeepPieces(tx, rows)
  const embedded = whole.flatMap(namesInside)
  const [found, hidden] = await Promise.all([blocksFor(tx, [...new Set(embedded)]), hiddenUserpostsAmong(tx, keys)])
  if (found.length === 0 && hidden.length === 0) return []
  const blocks = blocksOf(found)
  const before = new Map(hidden.map((row) => [keyText(row), row]))
  const rowsByKey = new Map(whole.map((row) => [keyText(row), row]))
  const changes = [...new Map(keys.map((key) => [keyText(key), key]))].flatMap(([text, key]) => {
    const after = hidingOf(key, rowsByKey.get(text), blocks)
    return JSON.stringify(causeOf(after)) === JSON.stringify(causeOf(before.get(text))) ? [] : [{ key, after }]
  })
  const shown = changes.filter(({ after }) => after === undefined).map(({ key }) => key)
  await deleteHiddenUserposts(tx, shown)
  await insertHiddenUserposts(
    tx,
    changes.flatMap(({ after }) => after ?? []),
  )
  return changes.map(({ key }) => key)
}

/** Those of whom it is not known yet whether more is inside than their one inner post. */
async function withDeepPieces(tx: Transaction, rows: readonly HidingRow[]): Promise<HidingRow[]> {
  const unread = rows.filter(({ innerN, deepPiece }) => (innerN ?? undefined) !== undefined && deepPiece === undefined)
  if (unread.length === 0) return [...rows]
  const pieces = new Map((await deepPieces(tx, unread)).map((row) => [keyText(row), row.piece]))
  if (pieces.size === 0) return [...rows]
  return rows.map((row) => ({ ...row, deepPiece: row.deepPiece ?? pieces.get(keyText(row)) ?? null }))
}

function causeOf(row: { cause: string; subject?: string; reason: string } | undefined) {
  return row && [row.cause, row.subject, row.reason]
}

/**
 * Hides or shows again these users as the operator's blocks and their current bios have it, in the transaction that
 * wrote their profiles. Answers how many posts of others, which embed theirs, changed with them.
 */
export async function hideUsers(tx: Transaction, usernames: readonly string[]): Promise<number> {
  if (usernames.length === 0 || (await changedUsers(tx, usernames)).names.length === 0) return 0
  // Posts that embed theirs are hidden with them, whoever is writing those: nobody else writes now.
  await lockIndex(tx)
  const { names, rows } = await changedUsers(tx, usernames)
  await replaceHiddenUsers(tx, names, rows)
  const changed: UserpostKey[] = []
  for (const name of names) changed.push(...(await hideAgain(tx, embedding(tx, name, undefined))))
  await noteHidingChanged(tx, changed, names)
  await notifyChanged(tx, { kind: 'hidden' })
  return changed.length
}

async function changedUsers(
  tx: Transaction,
  usernames: readonly string[],
): Promise<{ names: string[]; rows: HiddenUserRow[] }> {
  const [before, blocked, bios] = await Promise.all([
    hiddenUsersAmong(tx, usernames),
    blockedUsersAmong(tx, usernames),
    biosWith(tx, OPT_OUT, usernames),
  ])
  const rows = hiddenUsers(blocked, bios)
  const rowOf = (among: readonly HiddenUserRow[], name: string) => among.find(({ username }) => username === name)
  const names = [...new Set(usernames)].filter(
    (name) => JSON.stringify(causeOf(rowOf(rows, name))) !== JSON.stringify(causeOf(rowOf(before, name))),
  )
  return { names, rows: rows.filter(({ username }) => names.includes(username)) }
}

/** The operator's word comes before the author's. */
function hiddenUsers(
  blocked: readonly HiddenUserRow[],
  bios: readonly { username: string; bio: string }[],
): HiddenUserRow[] {
  const optedOut = bios
    .filter(({ bio }) => OPT_OUT_WORD.test(bio))
    .map(({ username }) => ({ username, cause: 'opt-out', reason: OPT_OUT_REASON }))
  return [...new Map([...optedOut, ...blocked].map((row) => [row.username, row])).values()]
}

/** Looks at posts and messages of a choice once more. Answers the numbers of which something changed. */
export async function hideAgain(tx: Transaction, choice: HidingChoice): Promise<UserpostKey[]> {
  const changed: UserpostKey[] = []
  for await (const rows of hidingPages(
    (read) => read(tx),
    () => choice,
  )) {
    changed.push(...(await hidePosts(tx, rows, rows)))
  }
  return changed
}

/** Posts, then messages of blocks, then posts with more inside, some at a time: each time in the transaction that `within` opens. */
export async function* hidingPages(
  within: (read: (tx: Transaction) => Promise<HidingRow[]>) => Promise<HidingRow[]>,
  choiceOf: (tx: Transaction) => HidingChoice,
): AsyncGenerator<HidingRow[]> {
  const none = { username: '', k: -1 }
  for (const page of [hidingPosts, hidingPromoted, hidingDeepPosts]) {
    for (let after: UserpostKey | undefined = none; after !== undefined; ) {
      const from: UserpostKey = after
      const rows: HidingRow[] = await within((tx) => page(tx, choiceOf(tx), from, HIDING_ROWS))
      if (rows.length > 0) yield rows
      after = rows.length < HIDING_ROWS ? undefined : rows.at(-1)
    }
  }
}

/** Of these the ones that blocked tags and words hide: most of what a sieve lets through they do not. */
export function rowsHiddenBy(rows: readonly HidingRow[], blocks: Blocks): HidingRow[] {
  return rows.filter((row) => hidingOf(row, row, blocks) !== undefined)
}

/** Looks at these numbers once more, whether a post stands there or not. */
export async function hideNumbersAgain(tx: Transaction, keys: readonly UserpostKey[]): Promise<UserpostKey[]> {
  const changed: UserpostKey[] = []
  for (let at = 0; at < keys.length; at += HIDING_ROWS) {
    const some = keys.slice(at, at + HIDING_ROWS)
    const choice = byKeys(tx, some)
    const none = { username: '', k: -1 }
    const [posts, messages] = await Promise.all([
      hidingPosts(tx, choice, none, HIDING_ROWS),
      hidingPromoted(tx, choice, none, HIDING_ROWS),
    ])
    changed.push(...(await hidePosts(tx, some, [...posts, ...messages])))
  }
  return changed
}

/** Hides again whatever blocks and bios hide, from nothing. Totals are the caller's. */
export async function rebuildHidden(tx: Transaction): Promise<void> {
  await deleteAllHidden(tx)
  const [blocks, blocked, bios] = await Promise.all([
    blocksFor(tx, []).then(blocksOf),
    allBlockedUsers(tx),
    biosWith(tx, OPT_OUT, undefined),
  ])
  await replaceHiddenUsers(tx, [], hiddenUsers(blocked, bios))
  await hideNumbersAgain(tx, [...blocks.posts.keys()].map(keyOfText))
  await hideAgain(tx, embeddingHiddenUsers(tx))
  await hideAgain(tx, embeddingBlockedPosts(tx))
  const leads = [...[...blocks.wordReasons.keys()].map(leadOf), ...blocks.tags.keys()]
  if (leads.length === 0) return
  for await (const rows of hidingPages(
    (read) => read(tx),
    () => mayHold(tx, leads),
  )) {
    const hidden = rowsHiddenBy(rows, blocks)
    await hidePosts(tx, hidden, hidden)
  }
}

function keyOfText(text: string): UserpostKey {
  const [username = '', k = ''] = text.split('/')
  return { username, k: Number(k) }
}

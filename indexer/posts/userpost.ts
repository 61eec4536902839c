import type { RawUserpostRow, StoredUserpostRow } from '../../db/writes/raw-userpost.ts'
import type { UserpostRow } from '../../db/writes/userpost.ts'
import { encodeBencode, parseBencode, rawBencode } from '../../node/protocol/bencode.ts'
import { bytesEqual, compareBytes, countCodePoints } from '../../node/protocol/bytes.ts'
import { sha256 } from '../../node/protocol/hash.ts'
import { MAX_FUTURE_DRIFT_S, USERPOST_BENCODE } from '../../node/protocol/limits.ts'
import {
  fullText,
  type InnerUserpost,
  type SignedUserpost,
  type UserpostKind,
  userpostKind,
} from '../../node/protocol/userpost.ts'
import type { UserpostReading } from '../ingest/reading.ts'
import { storableText } from '../ingest/storable-text.ts'
import { searchColumns } from './search-columns.ts'
import { textWords } from './text-words.ts'

/** Its verdict is still to be found. */
export function rawUserpostRow(reading: UserpostReading): RawUserpostRow {
  const { userpost, piece } = reading.post
  return {
    username: userpost.n,
    k: userpost.k,
    contentHash: reading.contentHash,
    keyId: reading.keyId,
    piece,
    height: userpost.height,
    rtName: userpost.rt?.userpost.n ?? null,
    rtKeyId: reading.rtKeyId ?? null,
    favName: userpost.fav?.userpost.n ?? null,
    favKeyId: reading.favKeyId ?? null,
    firstSeen: reading.provenance.firstSeen,
    source: reading.provenance.source,
    tipHeight: reading.provenance.tipHeight,
    dueHeight: userpost.height,
    verdict: 'new',
  }
}

/** A stored post and what it says. */
export interface StoredUserpost<Row extends StoredUserpostRow = StoredUserpostRow> {
  row: Row
  post: SignedUserpost
}

/**
 * "Two posts with one k": the smallest content hash wins, and the others are counted. The comment of a commented
 * retwist, signed by itself (sig_wort), is a part of that post and no rival of it.
 */
export function chooseUserpost(
  candidates: readonly StoredUserpost[],
): { winner: StoredUserpost; comments: readonly StoredUserpost[]; rivalCount: number } | undefined {
  const [only] = candidates
  if (only !== undefined && candidates.length === 1) return { winner: only, comments: [], rivalCount: 0 }
  const cut = candidates.flatMap(({ post }) => commentOf(post) ?? [])
  const comments = candidates.filter(({ post }) => cut.some((comment) => bytesEqual(comment, post.raw)))
  const whole = candidates.filter((one) => !comments.includes(one))
  const sorted = [...whole].sort((a, b) => compareBytes(a.row.contentHash, b.row.contentHash))
  const winner = sorted[0]
  if (winner === undefined) return undefined
  const rivalCount = new Set(sorted.map(({ row }) => Buffer.from(row.contentHash).toString('hex'))).size - 1
  return { winner, comments, rivalCount }
}

/** "sig_wort: signature over the userpost without rt, sig_rt" (§5.1): those bytes. */
export function commentOf(post: SignedUserpost): Uint8Array | undefined {
  if (post.userpost.rt === undefined) return undefined
  const dict = parseBencode(post.raw, USERPOST_BENCODE)
  if (dict?.kind !== 'dict') return undefined
  const kept = dict.keys.filter((key) => key !== 'rt' && key !== 'sig_rt')
  return encodeBencode(
    new Map(
      kept.map((key) => {
        const value = dict.get(key)
        return [key, value && rawBencode(value.raw(post.raw))]
      }),
    ),
  )
}

/** Kinds whose content nobody but its owner can read: only their being there is derived. */
const CLOSED: readonly UserpostKind[] = ['direct', 'private-favourite']

/**
 * The derived row. sort_time: "time" is signed but unchecked, so a post from the future would stand on top of every list
 * for years. A post of height h was written when the chain had h+1 blocks or so: its time counts up to two hours after
 * the block at its height (the tip while that one is missing), which any instance with the same chain agrees on.
 */
export function userpostRow(stored: StoredUserpost, rivalCount: number, blockTime: number): UserpostRow {
  const { row, post } = stored
  const { userpost } = post
  const kind = userpostKind(userpost)
  const sortTime = Math.min(userpost.time, blockTime + MAX_FUTURE_DRIFT_S)
  const text = fullText(userpost)
  const isClosed = CLOSED.includes(kind)
  const inner = kind === 'favourite' ? userpost.fav : kind === 'retwist' ? userpost.rt : undefined
  // The statistic, the writer and the reader look at the text of the post itself; a direct message has none to see.
  const words = textWords(isClosed ? '' : text)
  return {
    username: row.username,
    k: row.k,
    contentHash: row.contentHash,
    keyId: row.keyId,
    kind,
    height: userpost.height,
    time: userpost.time,
    sortTime,
    msg: isClosed ? '' : storableText(userpost.msg),
    msg2: isClosed ? '' : storableText(userpost.msg2),
    textLength: isClosed ? 0 : countCodePoints(text),
    lastk: userpost.lastk,
    replyN: isClosed ? undefined : userpost.reply?.n,
    replyK: isClosed ? undefined : userpost.reply?.k,
    ...innerColumns(inner),
    url: isClosed ? undefined : userpost.url && storableText(userpost.url),
    mimetype: isClosed ? undefined : userpost.mimetype && storableText(userpost.mimetype),
    hasWort: post.sigWort !== undefined,
    rivalCount,
    ...words,
    ...searchColumns(userpost, kind, inner, {
      hashtags: words.hashtags.map(({ word }) => word),
      mentions: words.mentions.map(({ word }) => word),
    }),
  }
}

function innerColumns(inner: InnerUserpost | undefined) {
  const post = inner?.userpost
  return {
    innerN: post?.n,
    innerK: post?.k,
    innerTime: post?.time,
    innerHeight: post?.height,
    innerMsg: post && storableText(post.msg),
    innerMsg2: post && storableText(post.msg2),
    innerReplyN: post?.reply?.n,
    innerReplyK: post?.reply?.k,
    innerContentHash: inner && sha256(inner.raw),
  }
}

import { mkdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { checkPiece } from '../node/protocol/rules/check-userpost.ts'
import { messageDigest, recoverPublicKey } from '../node/protocol/signature.ts'
import { readPiece } from '../node/protocol/userpost.ts'
import { rounded, startChild, startMeasuring, type Usage } from './child.ts'
import type { NodeBenchOptions, Progress } from './measure.ts'
import { BENCH_NAMES, benchPiece, benchUser } from './swarm-names.ts'

const USERS = 20
const POSTS_EACH = 100
const RUNS = 3
/** Copies of all pieces that the bound sends, so that it lasts long enough to be timed. */
const COPIES = 50

/**
 * A fresh follower of 20 users with 100 posts each gets them from one other member; both are processes of their own.
 * Every post is verified and on disk. What bounds it: the verifications that one thread can do, and the same bytes over
 * a socket that does nothing else.
 */
export async function measureSwarm({ folder }: NodeBenchOptions, progress: Progress): Promise<object> {
  mkdirSync(folder, { recursive: true })
  const pieces = Array.from({ length: USERS }, (_, user) =>
    Array.from({ length: POSTS_EACH }, (_, k) => benchPiece(benchUser(user), k)),
  )
  const bound = {
    ...verificationsPerSecond(pieces),
    tcp_copy_pieces_per_s: await copiesPerSecond(pieces.flat()),
  }
  progress('swarm: the bounds are measured')
  const peer = startChild('swarm-peer-process.ts', [join(folder, 'peer'), String(USERS), String(POSTS_EACH)])
  const { port } = (await peer.said()) as { port: number }
  const runs: { pieces_per_s: number; cpu_s: number; rss_anon_mb: number }[] = []
  for (let run = 0; run < RUNS; run++) {
    const numbers = [port, USERS, USERS * POSTS_EACH].map(String)
    const follower = startChild('swarm-follower-process.ts', [join(folder, `follower-${run}`), ...numbers])
    const { usage, rss_anon_mb } = (await follower.said()) as { usage: Usage; rss_anon_mb: number }
    await follower.end()
    const cpu_s = rounded(usage.cpu_user_s + usage.cpu_sys_s)
    runs.push({ pieces_per_s: rounded((USERS * POSTS_EACH) / usage.seconds, 0), cpu_s, rss_anon_mb })
    progress(`swarm: ${runs.at(-1)?.pieces_per_s} pieces/s`)
  }
  await peer.end()
  const [, median] = [...runs].sort((a, b) => a.pieces_per_s - b.pieces_per_s)
  return { users: USERS, posts_each: POSTS_EACH, ...median, runs: runs.map((run) => run.pieces_per_s), bound }
}

/** All rules of a post by one thread, and of that the recovery of its key alone. */
function verificationsPerSecond(pieces: readonly (readonly Uint8Array[])[]): object {
  const count = USERS * POSTS_EACH
  const rules = startMeasuring()
  for (const [user, ofUser] of pieces.entries()) {
    for (const [k, piece] of ofUser.entries()) {
      if (checkPiece(piece, { username: benchUser(user), k }, BENCH_NAMES).kind !== 'accept') throw new Error('refused')
    }
  }
  const checked_pieces_per_s = rounded(count / rules().seconds, 0)
  const signed = pieces.flat().map((piece) => {
    const reading = readPiece(piece)
    if ('kind' in reading) throw new Error(reading.code)
    return { digest: messageDigest(reading.raw), signature: reading.signature }
  })
  const recoveries = startMeasuring()
  for (const { digest, signature } of signed) recoverPublicKey(digest, signature)
  return { checked_pieces_per_s, signatures_per_s: rounded(count / recoveries().seconds, 0) }
}

async function copiesPerSecond(pieces: readonly Uint8Array[]): Promise<number> {
  const total = COPIES * pieces.reduce((sum, { length }) => sum + length, 0)
  const server = createServer((socket) => {
    for (let copy = 0; copy < COPIES; copy++) for (const piece of pieces) socket.write(piece)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const measured = startMeasuring()
  const socket = connect(address.port, '127.0.0.1')
  let received = 0
  for await (const chunk of socket) {
    received += chunk.length
    if (received === total) break
  }
  const { seconds } = measured()
  server.close()
  return rounded((COPIES * pieces.length) / seconds, 0)
}

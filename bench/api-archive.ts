import { get } from 'node:http'
import { openDb } from '../db/client.ts'
import { rounded } from './child.ts'
import { cpuOf, type HttpChild, startHttpChild } from './http-child.ts'
import type { ApiBenchOptions, Progress } from './measure.ts'

/** Those with most posts. */
const USERS = 8
const ROUNDS = 3

interface Figures {
  mb: number
  mb_per_s: number
  /** CPU milliseconds of the server for each megabyte before it was compressed. */
  cpu_ms_per_mb: number
}

/** Archives over HTTP, one after the other; and the same bytes from a server that does nothing else. */
export async function measureArchive(options: ApiBenchOptions, progress: Progress): Promise<object> {
  const db = openDb(options.databaseUrl, { max: 1, name: 'bench' })
  const rows = await db<{ username: string; posts: number }[]>`
    select username, count(*)::int as posts from raw_userpost group by username order by 2 desc, 1 limit ${USERS}`
  await db.end()
  const paths = rows.map(({ username }) => `/api/v1/users/${username}/archive`)
  const front = await startHttpChild('api-http-process.ts', [options.readUrl, String(options.endTime)])
  const bare = await startHttpChild('bare-http-process.ts', [String(front.port), ...paths])
  try {
    progress('archive: as they are, compressed, from a bare server')
    const plain = await measure(front, paths, 'identity', undefined)
    return {
      archives: paths.length,
      posts: rows.reduce((sum, row) => sum + row.posts, 0),
      plain,
      gzip: await measure(front, paths, 'gzip', plain.mb),
      bare: await measure(bare, paths, 'identity', undefined),
    }
  } finally {
    await front.child.end()
    await bare.child.end()
  }
}

async function measure(
  server: HttpChild,
  paths: readonly string[],
  coding: string,
  plainMb: number | undefined,
): Promise<Figures> {
  for (const path of paths) await read(server.port, path, coding)
  const cpuBefore = await cpuOf(server)
  const startedAt = performance.now()
  let bytes = 0
  for (let round = 0; round < ROUNDS; round++) for (const path of paths) bytes += await read(server.port, path, coding)
  const seconds = (performance.now() - startedAt) / 1000
  const mb = bytes / 1e6 / ROUNDS
  const cpu = (await cpuOf(server)) - cpuBefore
  return {
    mb: rounded(mb, 1),
    mb_per_s: rounded(((plainMb ?? mb) * ROUNDS) / seconds, 1),
    cpu_ms_per_mb: rounded(cpu / ((plainMb ?? mb) * ROUNDS), 2),
  }
}

/** How many bytes came. */
function read(port: number, path: string, coding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path, headers: { 'accept-encoding': coding } }, (response) => {
      let bytes = 0
      if (response.statusCode !== 200) reject(new Error(`${path} answers ${response.statusCode}`))
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.once('end', () => resolve(bytes))
      response.once('error', reject)
    })
    request.once('error', reject)
  })
}

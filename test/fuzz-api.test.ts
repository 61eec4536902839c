import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createArchiveRoute } from '../app/_server/archive-route.ts'
import { StreamHub } from '../app/_server/stream/stream-hub.ts'
import { createStreamRoute } from '../app/_server/stream/stream-route.ts'
import { createApi } from '../app/api/api.ts'
import { createRpc } from '../app/rpc/execute-rpc.ts'
import { RpcError } from '../app/rpc/rpc-error.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { type ApiCall, type ApiDocument, readDocument } from './api-document.ts'
import { startFront } from './front-server.ts'
import { type FuzzSubjects, fuzzedAddress, oddAddresses, plainAddress } from './fuzz-addresses.ts'
import { fuzzedRpcParameters, RPC_PARAMETERS } from './fuzz-rpc-parameters.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { RECORDED_NOW } from './recorded-names.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { migratedForReading, SEED_NOW, seedSite } from './site-seed.ts'

/** Of each call; FUZZ_CALLS=5000 for a night. */
const RUNS = Number(process.env['FUZZ_CALLS'] ?? 30)
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`FUZZ_SEED=${SEED}`)

/** A query that takes longer than this on so small an index has no bound: it fails, and a failed call is a fault. */
const STATEMENT_TIMEOUT_MS = 5000

let server: TestPostgres
/** Of a site full of odd things, and of an index with whole blocks and pieces. */
let reader: Reader
let recorded: Reader
let index: TestIndex
let api: ReturnType<typeof createApi>
let document: ApiDocument
const clock = { now: () => SEED_NOW }
const failures: unknown[] = []

beforeAll(async () => {
  server = await startPostgres()
  const url = await server.database()
  const readUrl = await migratedForReading(url)
  await seedSite(url)
  reader = openReader(`${readUrl}?statement_timeout=${STATEMENT_TIMEOUT_MS}`)
  api = createApi({ reader, clock, onFailure: (path, error) => failures.push(path, error) })
  document = await readDocument(api)
  index = await openTestIndex(server, recordedParams)
  await index.write(recordedItems())
  recorded = openReader(`${index.url}?statement_timeout=${STATEMENT_TIMEOUT_MS}`)
})

afterAll(async () => {
  await reader?.end()
  await recorded?.end()
  await index?.close()
  await server?.close()
})

async function ask(address: string): Promise<{ status: number; type: string; body: unknown }> {
  const response = await api.fetch(new Request(`http://site.example${address}`))
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: await response.json(),
  }
}

/** Most is here of alice. */
const USERS = ['alice', 'alice', 'alice', 'alice', 'bob', 'carol', 'evil', 'saltbush', 'dave', 'nobodyx']
const SUBJECTS = {
  users: USERS,
  posts: USERS.flatMap((n) => [0, 1, 5, 46, 99].map((k) => `${n}/${k}`)),
  tags: ['windlog', 'twister', '風', 'صباح', '<b>tag', 'nevertagged'],
  blocks: ['0', '5', '49', '50', '0'.repeat(64)],
}

/** Of each list that goes on. */
async function givenCursors(): Promise<Map<ApiCall, string[]>> {
  const cursors = new Map<ApiCall, string[]>()
  for (const call of document.calls) {
    if (!call.parameters.some(({ name }) => name === 'cursor')) continue
    const address = call.path.replace('{n}', 'alice').replace('{k}', '56').replace('{tag}', 'windlog')
    const { body } = await ask(`${address}?limit=1${call.path.endsWith('/search') ? '&q=wind' : ''}`)
    if (typeof body === 'object' && body !== null && 'next' in body) cursors.set(call, [String(body.next)])
  }
  return cursors
}

test('every call answers as declared whatever odd text stands in any of its parameters', async () => {
  const unanswered: string[] = []
  for (const call of document.calls) {
    const subjects = { ...SUBJECTS, cursors: [], foreignCursors: [] }
    const plain = plainAddress(call, subjects)
    const { status } = await ask(plain)
    if (status !== 200 && status !== 404) unanswered.push(`${plain} ${status}`)
    for (const address of oddAddresses(call, subjects)) await check(call, address)
  }
  expect(unanswered).toEqual([])
})

test('no mixture of right and wrong parameters makes an answer that the document does not declare', async () => {
  const cursors = await givenCursors()
  const foreignCursors = [...cursors.values()].flat()
  expect(foreignCursors.length).toBeGreaterThan(15)
  for (const call of document.calls) {
    const subjects: FuzzSubjects = { ...SUBJECTS, cursors: cursors.get(call) ?? [], foreignCursors }
    const property = fc.asyncProperty(fuzzedAddress(call, subjects), (address) => check(call, address))
    await fc.assert(property, { numRuns: RUNS, seed: SEED })
  }
})

test('the same of calls that are answered as they come', async () => {
  const onAway = (error: unknown) => failures.push(error)
  const hub = new StreamHub({ reader: recorded, heartbeatMs: 1000, onAway, onBack: () => undefined })
  const archives = createApi({ reader: recorded, clock, onFailure: (path, error) => failures.push(path, error) })
  const direct = [createStreamRoute(hub), createArchiveRoute(archives)]
  const front = await startFront({ reader: recorded, now: SEED_NOW, direct })
  const head = async (call: ApiCall, address: string) => {
    const ended = new AbortController()
    const { status, headers } = await fetch(front.url + address, { signal: ended.signal })
    ended.abort()
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    const declared = (call.responses[String(status)] ?? call.responses['default'])?.content ?? {}
    const faults = type in declared || !isOfCall(call, address) ? [] : [`${status} ${type}`]
    const all = [...faults, ...failures.splice(0), ...front.failures.splice(0)]
    // 503: more at once than it takes on.
    if (status === 500 || all.length > 0) throw new Error(`${address}: ${status} ${all.join()}`)
  }
  expect(document.streams.length).toBeGreaterThan(1)
  for (const call of document.streams) {
    const subjects = { ...SUBJECTS, cursors: [], foreignCursors: [] }
    for (const address of oddAddresses(call, subjects)) await head(call, address)
    const property = fc.asyncProperty(fuzzedAddress(call, subjects), (address) => head(call, address))
    await fc.assert(property, { numRuns: RUNS, seed: SEED })
  }
  await hub.close()
  await front.close()
})

test('no parameters of any call of /rpc make a call fail by our own fault', async () => {
  const execute = createRpc({ reader: recorded, clock: { now: () => RECORDED_NOW } })
  const methods = String(await execute('help', []))
    .split('\n')
    .map((line) => line.split(' ')[0])
  expect(Object.keys(RPC_PARAMETERS)).toEqual(methods)
  for (const [method, parameters] of Object.entries(RPC_PARAMETERS)) {
    const property = fc.asyncProperty(fuzzedRpcParameters(parameters), async (params) => {
      // As they come out of a request's JSON.
      const sent: unknown[] = JSON.parse(JSON.stringify(params))
      await execute(method, sent).catch((error: unknown) => {
        if (!(error instanceof RpcError)) throw error
      })
    })
    await fc.assert(property, { numRuns: RUNS, seed: SEED })
  }
})

async function check(call: ApiCall, address: string): Promise<void> {
  const { status, type, body } = await ask(address)
  const faults = [...faultsOf(call, address, status, type, body), ...failures.splice(0)]
  if (faults.length > 0) throw new Error(`${address}: ${faults.join()}`)
}

/** A path whose parameter is empty, or has a slash or dots of its own, is the path of another call or of none. */
function faultsOf(call: ApiCall, address: string, status: number, type: string, body: unknown): string[] {
  if (isOfCall(call, address) || status >= 500) return document.faultsOf(call, status, type, body)
  return [200, 400, 404, 410, 451].includes(status) ? [] : [`status ${status}`]
}

function isOfCall({ path: pattern }: ApiCall, address: string): boolean {
  const path = new URL(address, 'http://site.example').pathname
  return path.split('/').length === pattern.split('/').length && !/\/(\/|$)/.test(path)
}

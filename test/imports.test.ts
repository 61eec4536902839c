import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
/** A checker that reads nothing is green too (typescript 7 does that to it): the project never had fewer modules. */
const MIN_MODULES = 400
const FOLDERS = ['node', 'indexer', 'db', 'app', 'verify', 'devnet', 'cli', 'test', 'bench']

function cruise(...paths: string[]): { output: string; status: number | null } {
  const args = ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...paths]
  const run = spawnSync('npx', ['--no-install', ...args], { cwd: root, encoding: 'utf8' })
  return { output: run.stdout + run.stderr, status: run.status }
}

it('the project keeps to the arrows, and the checker read all of it', () => {
  const { output, status } = cruise(...FOLDERS)
  expect(output).toMatch(/no dependency violations found/)
  expect(status).toBe(0)
  expect(Number(/\((\d+) modules/.exec(output)?.[1])).toBeGreaterThanOrEqual(MIN_MODULES)
})

/** One file for each rule, in the folder whose row of the table it breaks. */
const violations: [rule: string, folder: string, text: string][] = [
  ['node-protocol-imports', 'node/protocol', "import '../store/store.ts'\n"],
  ['node-store-imports', 'node/store', "import '../peers/peers.ts'\n"],
  ['node-dht-imports', 'node/dht', "import '../chain/chain.ts'\n"],
  ['node-chain-imports', 'node/chain', "import '../swarm/swarms.ts'\n"],
  ['node-peers-imports', 'node/peers', "import '../dht/dht.ts'\n"],
  ['node-swarm-imports', 'node/swarm', "import '../dht/dht.ts'\n"],
  ['node-refresh-imports', 'node/refresh', "import '../swarm/swarms.ts'\n"],
  ['indexer-imports', 'indexer', "import '../node/node.ts'\n"],
  ['devnet-imports', 'devnet', "import '../db/client.ts'\n"],
  ['verify-imports', 'verify', "import '../node/protocol/bytes.ts'\n"],
  ['verify-is-pure', 'verify', "import 'node:crypto'\n"],
  ['node-outbox-imports', 'node/outbox', "import '../store/store.ts'\n"],
  ['node-imports', 'node', "import '../db/client.ts'\n"],
  ['app-imports', 'app/_lib', "import '../../indexer/config.ts'\n"],
  ['app-never-signs', 'app/_lib', "import '../../node/protocol/signature.ts'\n"],
  ['app-never-writes', 'app/_lib', "import '../../db/writes/block.ts'\n"],
  ['db-imports', 'db/queries', "import '../../indexer/config.ts'\n"],
  ['protocol-is-pure', 'node/protocol', "import 'node:fs'\n"],
  ['sockets-at-the-edges', 'indexer', "import 'node:net'\n"],
  ['http-in-the-front', 'indexer', "import 'node:http'\n"],
  ['files-in-the-store', 'node/chain', "import 'node:fs'\n"],
  ['processes-in-embedded', 'indexer', "import 'node:child_process'\n"],
  ['worker-threads', 'node/dht', "import 'node:worker_threads'\n"],
  ['dht-packages', 'node/swarm', "import 'bittorrent-dht'\n"],
  ['swarm-package', 'node/dht', "import 'bittorrent-protocol'\n"],
  ['lmdb-in-the-store', 'node/chain', "import 'lmdb'\n"],
  ['native-signatures', 'node/chain', "import 'secp256k1/bindings.js'\n"],
  ['queue-in-the-outbox', 'indexer', "import 'bullmq'\n"],
  ['sql-in-db', 'indexer', "import 'postgres'\n"],
  ['web-packages', 'indexer', "import 'hono'\n"],
]

describe('a planted violation is caught:', () => {
  const planted = violations.map(([rule, folder, text]) => ({ rule, text, path: `${folder}/planted-${rule}.ts` }))
  let output = ''

  beforeAll(() => {
    for (const { path, text } of planted) writeFileSync(join(root, path), text)
    output = cruise(...planted.map(({ path }) => path)).output
  })
  afterAll(() => {
    for (const { path } of planted) rmSync(join(root, path), { force: true })
  })

  it.each(planted)('$rule', ({ rule, path }) => {
    expect(output).toMatch(new RegExp(`error ${rule}: ${path} `))
  })
})

it('node_modules is what the lock file says', () => {
  expect(() => execFileSync('npm', ['ls', '--depth=0'], { cwd: root, stdio: 'pipe' })).not.toThrow()
})

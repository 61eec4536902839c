import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
/** A checker that reads nothing is green too (typescript 7 does that to it): the project never had fewer modules. */
const MIN_MODULES = 150
const FOLDERS = ['node', 'indexer', 'db', 'app', 'devnet', 'cli', 'test']
const planted: string[] = []

afterEach(() => {
  for (const path of planted.splice(0)) rmSync(path, { force: true })
})

function plant(path: string, text: string): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  planted.push(file)
}

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

const violations: [rule: string, path: string, text: string][] = [
  ['node-protocol-imports', 'node/protocol/planted-violation.ts', "import '../store/store.ts'\n"],
  ['node-store-imports', 'node/store/planted-violation.ts', "import '../peers/peers.ts'\n"],
  ['node-dht-imports', 'node/dht/planted-violation.ts', "import '../chain/chain.ts'\n"],
  ['node-outbox-imports', 'node/outbox/planted-violation.ts', "import '../store/store.ts'\n"],
  ['node-imports', 'node/planted-violation.ts', "import '../db/client.ts'\n"],
  ['app-imports', 'app/_lib/planted-violation.ts', "import '../../indexer/config.ts'\n"],
  ['app-never-signs', 'app/_lib/planted-violation.ts', "import '../../node/protocol/signature.ts'\n"],
  ['db-imports', 'db/queries/planted-violation.ts', "import '../../indexer/config.ts'\n"],
  ['protocol-is-pure', 'node/protocol/planted-violation.ts', "import 'node:fs'\n"],
  ['sockets-at-the-edges', 'indexer/planted-violation.ts', "import 'node:net'\n"],
  ['lmdb-in-the-store', 'node/chain/planted-violation.ts', "import 'lmdb'\n"],
  ['native-signatures', 'node/chain/planted-violation.ts', "import 'secp256k1/bindings.js'\n"],
  ['queue-in-the-outbox', 'indexer/planted-violation.ts', "import 'bullmq'\n"],
  ['sql-in-db', 'indexer/planted-violation.ts', "import 'postgres'\n"],
  ['web-packages', 'indexer/planted-violation.ts', "import 'hono'\n"],
]

it.each(violations)('a planted violation of %s is caught', (rule, path, text) => {
  plant(path, text)
  const { output, status } = cruise(path)
  expect(output).toContain(rule)
  expect(status).not.toBe(0)
})

it('node_modules is what the lock file says', () => {
  expect(() => execFileSync('npm', ['ls', '--depth=0'], { cwd: root, stdio: 'pipe' })).not.toThrow()
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { killWhileReorganising } from '../../node/chain/test-reorganiser.ts'

const ROUNDS = 100
const MAX_MS = 1500

test(`${ROUNDS} times kill -9 in the middle of reorganisations, on one store`, async () => {
  const path = mkdtempSync(join(tmpdir(), 'windsock-crash-'))
  for (let round = 1; round <= ROUNDS; round++) {
    const height = await killWhileReorganising(path, Math.random() * MAX_MS)
    if (round % 10 === 0) process.stderr.write(`killed ${round} times, height ${height}\n`)
  }
  rmSync(path, { recursive: true })
})

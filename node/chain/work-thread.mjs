import { scryptSync } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

// Hashes headers one after the other, away from the thread that answers peers. Plain JavaScript: started as TypeScript,
// each thread would load a compiler of its own, which costs more memory than all headers.

const HEADER_BYTES = 84
const HASH_BYTES = 32
// The same as scryptHash of node/protocol/hash.ts; proof-of-work.test.ts holds the two together.
const WORK = { N: 1024, r: 1, p: 1 }

parentPort?.on('message', (/** @type {Uint8Array} */ headers) => {
  const count = headers.length / HEADER_BYTES
  const hashes = new Uint8Array(count * HASH_BYTES)
  for (let index = 0; index < count; index++) {
    const header = headers.subarray(index * HEADER_BYTES, (index + 1) * HEADER_BYTES)
    hashes.set(scryptSync(header, header, HASH_BYTES, WORK), index * HASH_BYTES)
  }
  parentPort?.postMessage(hashes, [hashes.buffer])
})

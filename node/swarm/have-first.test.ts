import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { swarmInfohash } from '../protocol/dht-target.ts'
import { encodeHandshake, encodeWireMessage } from '../protocol/wire-message.ts'
import { pieceOf, until, username } from '../store/test-authors.ts'
import { atEnd, openTestNode } from './test-node.ts'

const alice = username('alice')
const DISK_MS = 300

/** A peer on a thread of its own, which hears what is said while ours is busy: notes the time of the first `have`. */
const LISTENER = `
const { workerData: { endpoint, handshake, have, heardAt } } = require('node:worker_threads')
const socket = require('node:net').connect(endpoint)
let heard = Buffer.alloc(0)
socket.on('error', () => {})
socket.on('data', (chunk) => {
  heard = Buffer.concat([heard, chunk])
  if (heardAt[0] === 0n && heard.includes(have)) heardAt[0] = BigInt(Date.now())
})
socket.write(handshake)
`

it('a new post is told to others before it is on disk', async () => {
  const onDisk: number[] = []
  const node = await openTestNode('127.6.1.1', {
    write: (change) => {
      const endMs = Date.now() + DISK_MS
      while (Date.now() < endMs);
      onDisk.push(Date.now())
      return change()
    },
  })
  node.swarms.follow(alice)
  const heardAt = new BigInt64Array(new SharedArrayBuffer(8))
  const handshake = encodeHandshake({ infohash: swarmInfohash(alice), peerId: new Uint8Array(20).fill(0x64) })
  const have = encodeWireMessage({ kind: 'have', k: 0 })
  const workerData = { endpoint: node.endpoint, handshake, have, heardAt }
  const listener = new Worker(LISTENER, { eval: true, workerData })
  atEnd(() => listener.terminate())
  await until(() => node.swarms.peerCount() === 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  node.swarms.addPiece(alice, 0, pieceOf('alice', 0), 'local')
  await until(() => heardAt[0] !== 0n && onDisk.length === 1)
  expect(Number(heardAt[0])).toBeLessThan(onDisk[0] ?? 0)
})

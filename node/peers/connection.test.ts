import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { concatBytes } from '../protocol/bytes.ts'
import { encodeMessage } from '../protocol/messages/envelope.ts'
import { networkParams } from '../protocol/params.ts'
import { BufferBudget } from './buffer-budget.ts'
import { Connection, type ConnectionEvents } from './connection.ts'
import {
  MAX_SEND_QUEUE_BYTES,
  MIN_MESSAGE_BYTES_PER_S,
  RECEIVE_PAUSE_BYTES,
  SEND_STUCK_TIMEOUT_MS,
  SLOW_MESSAGE_TIMEOUT_MS,
} from './limits.ts'
import { until } from './test-node.ts'
import { Turns } from './turns.ts'

const { magic } = networkParams('regtest', { checkpoints: false })

interface Pair {
  readonly ours: Connection
  readonly theirs: Socket
  readonly commands: string[]
  readonly reasons: string[]
}

async function openPair(onMessage: ConnectionEvents['onMessage'] = () => undefined): Promise<Pair> {
  const commands: string[] = []
  const reasons: string[] = []
  let ours: Connection | undefined
  const server = createServer((socket) => {
    ours = new Connection(
      socket,
      magic,
      { budget: new BufferBudget(), turns: new Turns() },
      {
        onMessage: (message) => {
          commands.push(message.command)
          return onMessage(message)
        },
        onFault: (code) => reasons.push(code),
        onClose: (reason) => reasons.push(reason),
      },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const theirs = dial({ host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 })
  theirs.on('error', () => undefined)
  await until(() => ours !== undefined)
  onTestFinished(() => {
    ours?.close('test ends')
    theirs.destroy()
    server.close()
  })
  if (ours === undefined) throw new Error('not connected')
  return { ours, theirs, commands, reasons }
}

test('a message that drips in is not waited for longer than it is worth', async () => {
  const { ours, theirs } = await openPair()
  const message = encodeMessage(magic, 'inv', new Uint8Array(100_000))
  const sendUpTo = async (bytes: number): Promise<void> => {
    theirs.write(message.subarray(ours.bytesReceived, bytes))
    await until(() => ours.bytesReceived === bytes)
  }
  await sendUpTo(1000)
  const late = performance.now() + SLOW_MESSAGE_TIMEOUT_MS
  expect(ours.stuckFor(late - 1000)).toBeUndefined()
  expect(ours.stuckFor(late + 1000)).toBe('drips')
  await sendUpTo((MIN_MESSAGE_BYTES_PER_S * SLOW_MESSAGE_TIMEOUT_MS) / 1000 + 10_000)
  expect(ours.stuckFor(late + 1000)).toBeUndefined()
  expect(ours.stuckFor(late + SLOW_MESSAGE_TIMEOUT_MS)).toBe('drips')
  await sendUpTo(message.length)
  expect(ours.stuckFor(late + SLOW_MESSAGE_TIMEOUT_MS)).toBeUndefined()
})

test('between two messages there is nothing to wait for', async () => {
  const { ours, theirs, commands } = await openPair()
  theirs.write(encodeMessage(magic, 'verack'))
  await until(() => commands.length === 1)
  expect(ours.stuckFor(performance.now() + 10 * SLOW_MESSAGE_TIMEOUT_MS)).toBeUndefined()
})

test('a payload that is passed over must not drip either', async () => {
  const { ours, theirs, commands } = await openPair()
  const head = encodeMessage(magic, 'nonsense', new Uint8Array(1_000_000)).subarray(0, 5000)
  theirs.write(head)
  await until(() => commands.length === 1)
  expect(ours.stuckFor(performance.now() + SLOW_MESSAGE_TIMEOUT_MS + 1000)).toBe('drips')
})

test('a peer that asks and reads nothing is not answered for ever', async () => {
  const answer = new Uint8Array(100_000)
  const pair: Pair = await openPair(() => pair.ours.send('block', answer))
  pair.theirs.pause()
  const question = encodeMessage(magic, 'getdata')
  for (let round = 0; round < 400; round++) pair.theirs.write(question)
  await until(() => pair.ours.bytesSent > 1_000_000)
  await new Promise((resolve) => setTimeout(resolve, 200))
  // What the system's own buffers take is on top of the pause.
  expect(pair.commands.length).toBeLessThan(400)
  await until(() => {
    const now = performance.now()
    return (pair.ours.stuckFor(now) ?? pair.ours.stuckFor(now + SEND_STUCK_TIMEOUT_MS + 1000)) === 'does not read'
  })
  pair.theirs.resume()
  await until(() => pair.commands.length === 400)
})

test('a peer that reads nothing of what it did not ask for is closed', async () => {
  const { ours, theirs, reasons } = await openPair()
  theirs.pause()
  const news = new Uint8Array(100_000)
  for (let round = 0; round < 1000 && !ours.isClosed; round++) {
    ours.send('inv', news)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(reasons).toEqual(['does not read'])
  expect(ours.bytesSent).toBeGreaterThan(MAX_SEND_QUEUE_BYTES)
})

test('no more is read than can be looked at', async () => {
  let answer = (): void => undefined
  const busy = new Promise<void>((resolve) => {
    answer = resolve
  })
  const { ours, theirs, commands } = await openPair(() => busy)
  const message = encodeMessage(magic, 'block', new Uint8Array(50_000))
  const total = 400 * message.length
  for (let round = 0; round < 400; round++) theirs.write(message)
  await until(() => ours.bytesReceived > RECEIVE_PAUSE_BYTES)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(ours.bytesReceived).toBeLessThan(2 * RECEIVE_PAUSE_BYTES)
  answer()
  await until(() => ours.bytesReceived === total && commands.length === 400)
})

test('what did not come while we did not read is not held against the peer', async () => {
  let answer = (): void => undefined
  const busy = new Promise<void>((resolve) => {
    answer = resolve
  })
  const { ours, theirs } = await openPair(() => busy)
  const large = encodeMessage(magic, 'block', new Uint8Array(RECEIVE_PAUSE_BYTES / 10))
  for (let round = 0; round < 10; round++)
    theirs.write(large.subarray(0, round < 9 ? large.length : large.length - 10_000))
  await until(() => ours.bytesReceived === 10 * large.length - 10_000)
  theirs.write(concatBytes(large.subarray(-10_000), encodeMessage(magic, 'ping'), large.subarray(0, 1000)))
  await until(() => ours.bytesReceived > 10 * large.length + 1000)
  const since = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(ours.stuckFor(since + 10 * SLOW_MESSAGE_TIMEOUT_MS)).toBeUndefined()
  answer()
  await until(() => ours.stuckFor(since + 10 * SLOW_MESSAGE_TIMEOUT_MS) === 'drips')
  expect(ours.stuckFor(since + SLOW_MESSAGE_TIMEOUT_MS + 100)).toBeUndefined()
})

test('one who asks without end leaves the others their turn', async () => {
  const { theirs, commands } = await openPair(() => {
    const end = performance.now() + 1
    while (performance.now() < end);
  })
  theirs.write(concatBytes(...Array.from({ length: 500 }, () => encodeMessage(magic, 'ping'))))
  await until(() => commands.length > 0)
  let turns = 0
  while (commands.length < 500) {
    await new Promise((resolve) => setImmediate(resolve))
    turns++
  }
  expect(turns).toBeGreaterThan(10)
})

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { MAX_UNTAKEN_BYTES } from './limits.ts'
import { StreamReader } from './stream-reader.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Two ends of a connection: the reader as the site has it, and his socket. */
async function openReader(): Promise<{ reader: StreamReader; response: ServerResponse; socket: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  response.removeHeader('transfer-encoding')
  response.writeHead(200, { connection: 'close' })
  closers.push(() => {
    socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  return { reader: new StreamReader(response, { users: [], tags: [], kinds: [] }), response, socket }
}

const CHUNK = Buffer.alloc(64 * 1024, 'x')

/** Until the system's own buffers are full and his part, too. */
async function flood(reader: StreamReader): Promise<void> {
  for (let i = 0; i < 1000 && !reader.isEnded; i++) {
    reader.send(CHUNK)
    await delay(0)
  }
}

test('what a reader does not take is kept up to a bound; then he is dropped, and finds out why', async () => {
  const { reader, response, socket } = await openReader()
  await flood(reader)
  expect(reader.isEnded).toBe(true)
  expect(response.writableLength).toBeGreaterThan(MAX_UNTAKEN_BYTES / 2)
  expect(response.writableLength).toBeLessThanOrEqual(MAX_UNTAKEN_BYTES + 1024)
  const before = response.writableLength
  reader.send(CHUNK)
  expect(response.writableLength).toBe(before)
  let text = ''
  socket.on('data', (chunk) => {
    text = (text + chunk.toString()).slice(-200)
  })
  await once(socket, 'end')
  expect(text).toMatch(/^x+event: closed\ndata: \{"code":"slow","reason":"[^"]+"\}\n\n$/)
})

test('a reader who takes nothing at all is let go after a while', async () => {
  const { reader, response } = await openReader()
  await flood(reader)
  await once(response, 'close')
  expect(response.destroyed).toBe(true)
})

test('whoever takes what he gets stays, however much it is', async () => {
  const { reader, socket } = await openReader()
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  for (let i = 0; i < 200; i++) {
    reader.send(CHUNK)
    await reader.taken()
  }
  while (bytes < 200 * CHUNK.length) await once(socket, 'data')
  expect(reader.isEnded).toBe(false)
})

test('one who has gone is written to no more', async () => {
  const { reader, response, socket } = await openReader()
  socket.destroy()
  await once(response, 'close')
  expect(reader.isEnded).toBe(true)
  reader.send(CHUNK)
  reader.close('stopping')
  await reader.taken()
  expect(response.writableLength).toBe(0)
})

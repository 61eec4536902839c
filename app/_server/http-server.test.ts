import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createHttpServer } from './http-server.ts'
import { CONNECTIONS_PER_CLIENT, MAX_REQUESTS_IN_ROW } from './limits.ts'

const REQUEST = 'GET / HTTP/1.1\r\nhost: h\r\n\r\n'
const open: { server: Server; sockets: Socket[] }[] = []

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    server.close()
  }
})

async function listening(server: Server): Promise<() => Promise<Socket>> {
  const sockets: Socket[] = []
  open.push({ server, sockets })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return async () => {
    const socket = connect(address.port, '127.0.0.1').on('error', () => undefined)
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
}

async function saidBy(socket: Socket): Promise<string> {
  let said = ''
  socket.on('data', (bytes) => {
    said += bytes
  })
  await once(socket, 'close')
  return said
}

test('some requests in a row are answered in their order', async () => {
  let count = 0
  const server = createHttpServer((_request, response) => {
    const number = ++count
    setTimeout(() => response.end(`answer ${number};`), 20 - (number % 20))
  })
  const socket = await (await listening(server))()
  let said = ''
  socket.on('data', (bytes) => {
    said += bytes
  })
  const numbers = () => (said.match(/(?<=answer )\d+(?=;)/g) ?? []).map(Number)
  for (let round = 1; round <= 3; round++) {
    socket.write(REQUEST.repeat(MAX_REQUESTS_IN_ROW))
    while (numbers().length < round * MAX_REQUESTS_IN_ROW) await delay(2)
  }
  expect(numbers()).toEqual(Array.from({ length: 3 * MAX_REQUESTS_IN_ROW }, (_, at) => at + 1))
})

test('whoever sends more without waiting is parted with, and nobody works for the rest', async () => {
  let count = 0
  const server = createHttpServer(() => {
    count++
  })
  const socket = await (await listening(server))()
  const said = saidBy(socket)
  socket.write(REQUEST.repeat(1000))
  expect(await said).toBe('')
  expect(count).toBe(MAX_REQUESTS_IN_ROW)
})

test('one address has so many connections and no more, another one and this machine have their own', async () => {
  let key = 'far'
  const whoIsAt = () => ({ key, isLocal: key === 'near' })
  const answer = createHttpServer((_request, response) => response.end('x'), { whoIsAt })
  const connected = await listening(answer)
  const isKept = async () => {
    const socket = await connected()
    socket.write(REQUEST)
    return Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)])
  }
  const first = await connected()
  for (let at = 1; at < CONNECTIONS_PER_CLIENT; at++) expect(await isKept(), String(at)).toBe(true)
  expect(await isKept()).toBe(false)
  key = 'near'
  for (let at = 0; at <= CONNECTIONS_PER_CLIENT; at++) expect(await isKept(), `near ${at}`).toBe(true)
  key = 'farther'
  expect(await isKept()).toBe(true)
  key = 'far'
  first.destroy()
  while (!(await isKept())) await delay(5)
  expect(await isKept()).toBe(false)
})

test('behind a proxy all connections are its own', async () => {
  const whoIsAt = () => ({ key: 'proxy', isLocal: false })
  const server = createHttpServer((_request, response) => response.end('x'), { whoIsAt, proxyDepth: 1 })
  const connected = await listening(server)
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS_PER_CLIENT + 20 }, connected))
  for (const socket of sockets) socket.write(REQUEST)
  await Promise.all(sockets.map((socket) => once(socket, 'data')))
})

test('a reader who takes nothing of an answer is parted with', async () => {
  const body = Buffer.alloc(32 * 1024 * 1024)
  const server = createHttpServer((_request, response) => response.end(body), { untakenTimeoutMs: 100 })
  const connected = await listening(server)
  const [[accepted]] = await Promise.all([
    once(server, 'connection'),
    connected().then((socket) => socket.pause().write(REQUEST)),
  ])
  await once(accepted, 'close')
})

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openReader } from '../../db/queries/reader.ts'
import { createHealth } from './health.ts'

test('a database that hangs is asked once, however many want to know', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const reader = openReader(`postgres://nobody@127.0.0.1:${port}/nothing`)
  const health = createHealth(reader)
  const answers = await Promise.all(Array.from({ length: 50 }, () => health.isDatabaseUp()))
  expect(new Set(answers)).toEqual(new Set([false]))
  expect((await health.get('/readyz'))?.status).toBe(503)
  expect((await health.get('/healthz'))?.status).toBe(200)
  // Each question would have had a connection of its own.
  expect(sockets).toHaveLength(1)
  for (const socket of sockets) socket.destroy()
  silent.close()
  await reader.end({ timeout: 0 })
})

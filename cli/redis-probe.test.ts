import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { redisProblem } from './redis-probe.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** Answers what it is asked as Redis would; test/launcher-servers.test.ts asks a real one. */
async function answering(answer: (asked: string) => string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => socket.write(answer(chunk.toString('latin1')))).on('error', () => undefined)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  cleanups.push(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a Redis that answers is fine, with and without a password', async () => {
  const open = await answering(() => '+PONG\r\n')
  expect(await redisProblem(`redis://${open}`)).toBeUndefined()
  let asked = ''
  const closed = await answering((text) => {
    asked += text
    return asked.includes('PING') ? '+OK\r\n+PONG\r\n' : ''
  })
  expect(await redisProblem(`redis://:p%40ss@${closed}`)).toBeUndefined()
  expect(asked).toContain('AUTH\r\n$7\r\ndefault\r\n$4\r\np@ss\r\n')
})

test('what it refuses is told', async () => {
  const address = await answering(() => '-NOAUTH Authentication required.\r\n')
  expect(await redisProblem(`redis://${address}`)).toBe('NOAUTH Authentication required.')
})

test('nobody there is told', async () => {
  const address = await answering(() => '')
  for (const cleanup of cleanups.splice(0)) cleanup()
  expect(await redisProblem(`redis://${address}`)).toContain('ECONNREFUSED')
})

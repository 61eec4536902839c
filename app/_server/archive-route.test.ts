import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { eventually } from '../../test/services.ts'
import type { Api } from './api-answer.ts'
import { createArchiveRoute } from './archive-route.ts'

const PATH = '/api/v1/users/alice/archive'
const LOOK_MS = 50
const CHUNK = new Uint8Array(64 * 1024).fill(120)

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  if (server?.listening) await once(server, 'close')
})

/** Serves archives of this body; the header `x-from` says who asks. */
async function serve(fetch: Api['fetch']): Promise<number> {
  const route = createArchiveRoute({ fetch }, LOOK_MS)
  server = createServer((request, response) => {
    const key = String(request.headers['x-from'] ?? 'local')
    const url = new URL(request.url ?? '', 'http://site.invalid')
    void route.serve(request, response, url, { key, isLocal: key === 'local' })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** A body without an end, and when its reader has gone. */
function endless(): { body: ReadableStream<Uint8Array>; gone: Promise<void> } {
  let noteGone: () => void = () => undefined
  const gone = new Promise<void>((resolve) => {
    noteGone = resolve
  })
  const body = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(CHUNK), cancel: () => noteGone() })
  return { body, gone }
}

/** Asks, and takes nothing of what comes. */
async function ask(port: number, from: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  await once(socket, 'connect')
  socket.pause()
  socket.write(`GET ${PATH} HTTP/1.1\r\nhost: site\r\nx-from: ${from}\r\n\r\n`)
  return socket
}

it('parts with a reader who takes nothing, and lets go of what is read for it', async () => {
  const { body, gone } = endless()
  const port = await serve(() => new Response(body))
  const socket = await ask(port, 'somebody')
  await gone
  socket.resume()
  await once(socket, 'close')
})

it('waits with a reader for what takes long to make', async () => {
  const port = await serve(
    () =>
      new Response(
        new ReadableStream({
          start: async (to) => {
            for (const byte of [97, 98, 99]) {
              to.enqueue(Uint8Array.of(byte))
              await delay(3 * LOOK_MS)
            }
            to.close()
          },
        }),
      ),
  )
  expect(await (await fetch(`http://127.0.0.1:${port}${PATH}`)).text()).toBe('abc')
})

it('gives one address a few at once, and the next when one of them has ended', async () => {
  const ends: (() => void)[] = []
  const openBody = (to: ReadableStreamDefaultController) => {
    to.enqueue(Uint8Array.of(97))
    ends.push(() => to.close())
  }
  const port = await serve(() => new Response(new ReadableStream({ start: openBody })))
  const get = (from: string) => fetch(`http://127.0.0.1:${port}${PATH}`, { headers: { 'x-from': from } })
  const first = await get('a')
  const others = [await get('a'), await get('b'), await get('local'), await get('local'), await get('local')]
  expect([first, ...others].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  const refused = await get('a')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await refused.json()).toMatchObject({ status: 429, code: 'too-many-archives' })
  ends[0]?.()
  expect(await first.text()).toBe('a')
  const again = await eventually(
    () => get('a'),
    ({ status }) => status === 200,
  )
  for (const end of ends.slice(1)) end()
  expect(await again.text()).toBe('a')
})

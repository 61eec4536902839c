import { expect, test } from 'vitest'
import { capture } from './capture.ts'

const signal = AbortSignal.timeout(5000)

test('what a handler writes in pieces is one answer', async () => {
  const captured = await capture(
    (request, response) => {
      expect(request.url).toBe('/a?b=c')
      expect(request.headers).toEqual({ host: 'h', accept: '*/*' })
      response.writeHead(404, { 'content-type': 'text/plain' })
      response.write('one ')
      response.end('two')
    },
    '/a?b=c',
    'h',
    signal,
  )
  expect(captured).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain' } })
  expect(captured.body.toString()).toBe('one two')
})

test('a handler that throws or never ends does not hang the front', async () => {
  await expect(capture(() => Promise.reject(new Error('broken')), '/', 'h', signal)).rejects.toThrow('broken')
  await expect(capture(() => undefined, '/', 'h', AbortSignal.timeout(20))).rejects.toThrow()
})

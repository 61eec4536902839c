import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fileLines } from './import-lines.ts'

async function linesOf(chunks: readonly Uint8Array[], maxBytes: number): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = []
  const source = (async function* () {
    yield* chunks
  })()
  for await (const { number, bytes } of fileLines(source, maxBytes)) {
    lines.push(bytes && Buffer.from(bytes).toString('latin1'))
    expect(number).toBe(lines.length)
  }
  return lines
}

it('finds the same lines however the bytes come in pieces, and none that is too long', async () => {
  const bytes = fc.array(fc.constantFrom(10, 10, 65, 66), { maxLength: 40 }).map((some) => Uint8Array.from(some))
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), fc.integer({ min: 0, max: 5 }), async (chunks, maxBytes) => {
      const whole = Buffer.concat(chunks).toString('latin1').split('\n')
      if (whole.at(-1) === '') whole.pop()
      expect(await linesOf(chunks, maxBytes)).toEqual(whole.map((line) => (line.length > maxBytes ? undefined : line)))
    }),
  )
})

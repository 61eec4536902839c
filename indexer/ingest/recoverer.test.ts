import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { sha256 } from '../../node/protocol/hash.ts'
import { keyIdOf, messageDigest, publicKeyOf, signDigest } from '../../node/protocol/signature.ts'
import { type Claim, claimOf } from './claim.ts'
import { openRecoverer } from './recoverer.ts'
import { SignerCache } from './signer-cache.ts'

const log = pino({ level: 'silent' })
const key = sha256(Buffer.from('a key'))
const keyId = keyIdOf(publicKeyOf(key))

/** Of messages of different lengths; every tenth signature is one of no key. */
function claims(count: number): Claim[] {
  return Array.from({ length: count }, (_, i) => {
    const message = Buffer.alloc(i * 7, i)
    return claimOf(message, i % 10 === 9 ? new Uint8Array(65) : signDigest(messageDigest(message), key))
  })
}

const expected = claims(100).map((_, i) => (i % 10 === 9 ? undefined : keyId))

it.each([0, 1, 3])('recovers who signed, with %i threads', async (threads) => {
  const recoverer = openRecoverer({ threads, log })
  onTestFinished(recoverer.close)
  const asked = [claims(100), claims(100), claims(3)]
  await Promise.all(asked.map((some) => recoverer.recover(some)))
  for (const some of asked) expect(some.map((claim) => claim.keyId)).toEqual(expected.slice(0, some.length))
})

it('goes on without threads when they have ended', async () => {
  const recoverer = openRecoverer({ threads: 1, log })
  const some = claims(100)
  const recovering = recoverer.recover(some)
  await recoverer.close()
  await recovering
  expect(some.map((claim) => claim.keyId)).toEqual(expected)
})

it('remembers so many signers, the newest, by message and signature', () => {
  const cache = new SignerCache(2)
  const [a, b, c] = claims(3)
  if (a === undefined || b === undefined || c === undefined) throw new Error('no claims')
  cache.note([a, b, c].map((claim) => Object.assign(claim, { keyId })))
  const again = claims(3)
  const forged = { ...claimOf(b.message, c.signature) }
  const twice = claimOf(a.message, a.signature)
  expect(cache.fill([...again, forged, twice])).toEqual({ missing: [again[0], forged], repeated: [twice] })
  expect(again.map((claim) => claim.keyId)).toEqual([undefined, keyId, keyId])
})

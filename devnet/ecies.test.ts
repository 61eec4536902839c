import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesToHex, utf8Decode, utf8Encode } from '../node/protocol/bytes.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { decrypt, encrypt } from './ecies.ts'
import { diceOf, privateKeyOf } from './seed.ts'

interface EciesVector {
  readonly wif: string
  readonly pubkey: string
  readonly plaintext: string
  readonly sec: { key: string; mac: string; orig: number; body: string }
}

const { official_testvector: vector } = JSON.parse(
  readFileSync(new URL('../test/vectors/dht.json', import.meta.url), 'utf8'),
) as { official_testvector: EciesVector }

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

test('the sample of the reference is read with the private key of its WIF', () => {
  const privateKey = privateKeyOfWif(vector.wif)
  expect(bytesToHex(publicKeyOf(privateKey))).toBe(vector.pubkey)
  const { key, mac, orig, body } = vector.sec
  const plain = decrypt({ key: fromHex(key), mac: fromHex(mac), orig, body: fromHex(body) }, privateKey)
  expect(utf8Decode(plain ?? new Uint8Array())).toBe(vector.plaintext)
})

test('what was encrypted to a key is read with it and with no other', () => {
  const [alice, bob] = [privateKeyOf('t', 'alice', 0), privateKeyOf('t', 'bob', 0)]
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer(), (plain, salt) => {
    const payload = encrypt(plain, publicKeyOf(alice), diceOf('t', `${salt}`).bytes(32))
    expect(decrypt(payload, alice)).toEqual(plain)
    expect(decrypt(payload, bob)).toBeUndefined()
  })
  fc.assert(property, { numRuns: 30 })
})

test('a changed body is noticed', () => {
  const alice = privateKeyOf('t', 'alice', 0)
  const payload = encrypt(utf8Encode('see you at six'), publicKeyOf(alice), privateKeyOf('t', 'ephemeral', 0))
  payload.body[3] = (payload.body[3] ?? 0) ^ 1
  expect(decrypt(payload, alice)).toBeUndefined()
})

// Base58 of prefix, key, compression mark and check (chain.md 1.7); the check is not looked at.
function privateKeyOfWif(wif: string): Uint8Array {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const value = [...wif].reduce((sum, character) => sum * 58n + BigInt(alphabet.indexOf(character)), 0n)
  return fromHex(value.toString(16)).slice(1, 33)
}

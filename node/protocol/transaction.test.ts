import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import users from '../../test/vectors/recordings-users.json' with { type: 'json' }
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'
import { checkProofOfWork } from './compact-target.ts'
import { formatHash } from './hash.ts'
import { isSignedBy, messageDigest, signDigest } from './signature.ts'
import {
  buildPromoted,
  encodeRegistration,
  encodeReplacement,
  encodeTransaction,
  isPromoted,
  makeTransaction,
  parseTransaction,
  promotedMessage,
  promotedScript,
  registrationKey,
  solveRegistration,
  type Transaction,
  transactionUsername,
  usernameHash,
} from './transaction.ts'
import { parseUsername, type Username } from './username.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const alice = parseUsername('alice') as Username
const [key1, key2] = vectors.keys
// The users' file also holds the key erin had first, without its transaction.
const { 'erin/replaced': _replaced, ...registered } = users

function parsed(hex: string): Transaction {
  const tx = parseTransaction(bytes(hex))
  if (tx === undefined) throw new Error('does not parse')
  return tx
}

describeCodec('transactions', {
  parse: parseTransaction,
  encode: encodeTransaction,
  samples: [
    vectors.tx_registration_main_difficulty.raw,
    vectors.tx_key_replacement_regtest.raw,
    vectors.tx_spam_nobody.raw,
    vectors.tx_spam_signed.raw,
    vectors.genesis.main.tx_hex,
    ...Object.values(registered).map((user) => user.reg.hex),
  ].map(bytes),
})

describe('registrations', () => {
  test.each([vectors.tx_registration_main_difficulty, vectors.tx_registration_regtest])(
    '$txid_and_pow_hash is built from its parts',
    (vector) => {
      const tx = parsed(vector.raw)
      expect(formatHash(tx.txid)).toBe(vector.txid_and_pow_hash)
      expect(tx.raw.length).toBe(vector.size)
      expect(isPromoted(tx)).toBe(false)
      expect(transactionUsername(tx)).toBe('alice')
      expect(promotedMessage(tx)).toBeUndefined()
      expect(checkProofOfWork(tx.txid, Number.parseInt(vector.txBits, 16))).toBe(vector.pow_valid)
      const publicKey = registrationKey(tx.pubKey) ?? new Uint8Array(0)
      expect(bytesToHex(publicKey)).toBe(key1?.pub_compressed)
      expect(bytesToHex(encodeRegistration({ username: alice, publicKey, nonce: vector.nNonce }))).toBe(vector.raw)
    },
  )

  test.each(Object.entries(registered))('%s, as recorded', (name, user) => {
    const tx = parsed(user.reg.hex)
    expect(formatHash(tx.txid)).toBe(user.tx_hash)
    expect(transactionUsername(tx)).toBe(name)
    expect(formatHash(usernameHash(parseUsername(name) as Username))).toBe(user.username_hash)
    expect(tx.nonce | 0).toBe(user.reg.nonce)
  })

  test.each(Object.entries(vectors.username_hash))('the user hash of %s', (name, hash) => {
    expect(formatHash(usernameHash(parseUsername(name) as Username))).toBe(hash)
  })

  test('the solver finds the first nonce below the target', () => {
    const { nNonce, raw } = vectors.tx_registration_regtest
    const publicKey = bytes(key1?.pub_compressed ?? '')
    const solved = solveRegistration({ username: alice, publicKey }, 0x207fffff)
    expect(solved?.nonce).toBe(nNonce)
    expect(solved && bytesToHex(solved.raw)).toBe(raw)
  })

  test('a name that is not one direct push of a username is none', () => {
    const tx = parsed(vectors.tx_registration_regtest.raw)
    for (const hex of ['', '00', '0141', '4c0161', '01610162']) {
      expect(transactionUsername({ ...tx, userName: bytes(hex) })).toBeUndefined()
    }
  })
})

test('a key replacement is signed by the old key over the new key', () => {
  const vector = vectors.tx_key_replacement_regtest
  const publicKey = bytes(vector.new_pub)
  const digest = messageDigest(publicKey)
  expect(bytesToHex(digest)).toBe(vector.sig_hash_bytes)
  const signature = bytes(vector.sig_by_old_key_compact65)
  expect(isSignedBy(digest, signature, bytes(key1?.pub_compressed ?? ''))).toBe(true)
  expect(isSignedBy(digest, signature, bytes(key2?.pub_compressed ?? ''))).toBe(false)
  const raw = encodeReplacement({ username: alice, publicKey, oldPrivateKeySignature: signature, nonce: vector.nNonce })
  expect(bytesToHex(raw)).toBe(vector.raw)
  expect(formatHash(parsed(vector.raw).txid)).toBe(vector.txid_and_pow_hash)
})

describe('promoted messages', () => {
  test('by nobody, built as the reference does', () => {
    const vector = vectors.tx_spam_nobody
    const tx = buildPromoted({ user: 'nobody', text: vector.message, salt: bytes(vector.salt), extraNonce: 1 })
    expect(bytesToHex(tx.raw)).toBe(vector.raw)
    expect(formatHash(tx.txid)).toBe(vector.txid)
    expect(promotedMessage(tx)).toEqual({ user: 'nobody', text: vector.message })
  })

  test('quirk: the signature covers the script, not the text (B7)', () => {
    const vector = vectors.tx_spam_signed
    const digest = messageDigest(promotedScript(vector.message))
    expect(bytesToHex(digest)).toBe(vector.sig_hash_bytes)
    expect(isSignedBy(digest, bytes(vector.sig), bytes(vector.pub))).toBe(true)
    expect(isSignedBy(messageDigest(utf8Encode(vector.message)), bytes(vector.sig), bytes(vector.pub))).toBe(false)
    const tx = parsed(vector.raw)
    expect(formatHash(tx.txid)).toBe(vector.txid)
    const message = { user: vector.user, text: vector.message, signature: bytes(vector.sig) }
    expect(promotedMessage(tx)).toEqual(message)
    const salt = bytes('01020304')
    const built = buildPromoted({ ...message, salt, extraNonce: 1 })
    expect(promotedMessage(built)).toEqual(message)
  })

  test('our own signature of one holds', () => {
    const signature = signDigest(messageDigest(promotedScript('hello')), bytes(key1?.priv ?? ''))
    const tx = buildPromoted({ user: 'alice', text: 'hello', signature, salt: bytes('00000000'), extraNonce: 300 })
    expect(isSignedBy(messageDigest(tx.message), signature, bytes(key1?.pub_compressed ?? ''))).toBe(true)
  })

  test('what is not UTF-8 or not there is no message', () => {
    const tx = parsed(vectors.tx_spam_nobody.raw)
    expect(promotedMessage({ ...tx, message: bytes('01ff') })).toBeUndefined()
    expect(promotedMessage({ ...tx, message: bytes('0261') })).toBeUndefined()
    expect(promotedMessage({ ...tx, userName: bytes('01ff') })).toBeUndefined()
    expect(promotedMessage({ ...tx, userName: bytes('') })).toBeUndefined()
  })
})

test('quirk: sizes longer than needed are read, and the txid is that of the canonical form (B32)', () => {
  const canonical = vectors.tx_registration_regtest.raw
  const stretched = canonical.replace('01000000000605', '0100000000fd060005')
  expect(stretched).not.toBe(canonical)
  const tx = parsed(stretched)
  expect(bytesToHex(tx.raw)).toBe(canonical)
  expect(formatHash(tx.txid)).toBe(vectors.tx_registration_regtest.txid_and_pow_hash)
})

test('bytes after a transaction are ignored', () => {
  expect(bytesToHex(parsed(`${vectors.tx_registration_regtest.raw}ffff`).raw)).toBe(vectors.tx_registration_regtest.raw)
})

test('any transaction comes back', () => {
  const script = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(
      fc.integer(),
      script,
      script,
      script,
      fc.nat(0xffffffff),
      (version, message, userName, pubKey, nonce) => {
        const tx = makeTransaction({ version, message, userName, pubKey, nonce })
        expect(parseTransaction(tx.raw)).toEqual(tx)
      },
    ),
  )
})

import { describe, expect, test } from 'vitest'
import vectors from '../../../test/vectors/chain.json' with { type: 'json' }
import { concatBytes, hexToBytes, utf8Encode } from '../bytes.ts'
import { checkProofOfWork } from '../compact-target.ts'
import { ZERO_HASH } from '../hash.ts'
import type { NameRecord, NameView } from '../name-view.ts'
import { networkParams } from '../params.ts'
import { encodePush } from '../script.ts'
import { buildPromoted, makeTransaction, parseTransaction, type Transaction } from '../transaction.ts'
import { checkLooseTransaction, checkReplacement, checkTransaction } from './check-transaction.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const main = networkParams('main', { checkpoints: true })
const regtest = networkParams('regtest', { checkpoints: false })
const salt = bytes('01020304')

function parsed(hex: string): Transaction {
  const tx = parseTransaction(bytes(hex))
  if (tx === undefined) throw new Error('does not parse')
  return tx
}

const registration = parsed(vectors.tx_registration_main_difficulty.raw)
const promoted = parsed(vectors.tx_spam_signed.raw)
const replacement = parsed(vectors.tx_key_replacement_regtest.raw)

/** With a nonce that has regtest's work, whatever else is wrong. */
function solved(fields: Partial<Transaction>): Transaction {
  for (let nonce = 0; ; nonce++) {
    const tx = makeTransaction({ ...registration, ...fields, nonce })
    if (checkProofOfWork(tx.txid, regtest.txBits)) return tx
  }
}

function recordOf(pubKeyScript: Uint8Array): NameRecord {
  return { height: 1, blockHash: ZERO_HASH, txid: ZERO_HASH, pubKeyScript, index: 1 }
}

describe('registrations', () => {
  test('with the work of main are accepted', () => {
    expect(checkTransaction(registration, main)).toEqual({ kind: 'accept' })
  })

  test('quirk: a key of garbage is accepted, as is any nVersion (B5, B28)', () => {
    expect(checkTransaction(solved({ pubKey: bytes('ff') }), regtest)).toEqual({ kind: 'accept' })
    expect(checkTransaction(solved({ version: -7 }), regtest)).toEqual({ kind: 'accept' })
  })

  test.each([
    ['username-empty', 10, { userName: bytes('') }],
    ['pubkey-empty', 10, { pubKey: bytes('') }],
    ['username-not-smallstring', 10, { userName: bytes('4c0161') }],
    ['username-not-smallstring', 10, { userName: bytes('01610162') }],
    ['username-size-out-of-limits', 20, { userName: bytes('00') }],
    ['username-size-out-of-limits', 20, { userName: encodePush(utf8Encode('abcdefghijklmnopq')) }],
    ['invalid-username-character', 20, { userName: encodePush(utf8Encode('Alice')) }],
    ['invalid-username-character', 20, { userName: encodePush(bytes('ff')) }],
    ['tx-size-limits-failed', 100, { pubKey: new Uint8Array(600) }],
  ])('%s scores %i', (code, score, fields) => {
    expect(checkTransaction(solved(fields), regtest)).toEqual({ kind: 'reject', code, score })
  })

  test('tx-proof-of-work-failed scores 50', () => {
    const lazy = makeTransaction({ ...registration, nonce: registration.nonce + 1 })
    expect(checkTransaction(lazy, main)).toEqual({ kind: 'reject', code: 'tx-proof-of-work-failed', score: 50 })
  })

  test('512 bytes are not too many', () => {
    const { length } = solved({ pubKey: new Uint8Array(300) }).raw
    expect(checkTransaction(solved({ pubKey: new Uint8Array(300 + 512 - length) }), regtest)).toEqual({
      kind: 'accept',
    })
    expect(checkTransaction(solved({ pubKey: new Uint8Array(301 + 512 - length) }), regtest).kind).toBe('reject')
  })
})

describe('promoted messages', () => {
  const messageOf = (text: string) => buildPromoted({ user: 'nobody', text, salt, extraNonce: 1 })

  test('of up to 140 characters are accepted, whatever they take', () => {
    expect(checkTransaction(promoted, main)).toEqual({ kind: 'accept' })
    expect(checkTransaction(messageOf('é'.repeat(140)), main)).toEqual({ kind: 'accept' })
    expect(checkTransaction(messageOf('\u0000'), main)).toEqual({ kind: 'accept' })
  })

  test('quirk: the user may be any 16 bytes (B6)', () => {
    const user = concatBytes(encodePush(new Uint8Array(16).fill(0xff)), encodePush(salt))
    expect(checkTransaction(makeTransaction({ ...promoted, userName: user }), main)).toEqual({ kind: 'accept' })
  })

  test.each([
    ['invalid-or-empty-spam-message', makeTransaction({ ...promoted, message: bytes('00') })],
    ['invalid-or-empty-spam-message', makeTransaction({ ...promoted, message: bytes('0261') })],
    ['spam-message-invalid-utf8', makeTransaction({ ...promoted, message: bytes('02c080') })],
    ['spam-message-too-big', messageOf('é'.repeat(141))],
    ['spam-message-too-big', messageOf(`\ufeff${'x'.repeat(140)}`)],
    ['spam-user-size-invalid', makeTransaction({ ...promoted, userName: bytes('') })],
    ['spam-user-size-invalid', makeTransaction({ ...promoted, userName: bytes('00') })],
    ['spam-user-size-invalid', makeTransaction({ ...promoted, userName: encodePush(new Uint8Array(17)) })],
    ['tx-size-limits-failed', messageOf('😀'.repeat(130))],
  ])('%s', (code, tx) => {
    expect(checkTransaction(tx, main)).toEqual({ kind: 'reject', code, score: 100 })
  })
})

describe('key replacements', () => {
  const oldKey = recordOf(encodePush(bytes(vectors.keys[0]?.pub_compressed ?? '')))

  test('signed by the old key are accepted, also with more pushes behind', () => {
    expect(checkReplacement(replacement, oldKey)).toEqual({ kind: 'accept' })
    const longer = makeTransaction({ ...replacement, pubKey: concatBytes(replacement.pubKey, bytes('0161')) })
    expect(checkReplacement(longer, oldKey)).toEqual({ kind: 'accept' })
  })

  test.each([
    ['replacement-signature-missing', registration, oldKey],
    ['replacement-signature-missing', makeTransaction({ ...replacement, pubKey: bytes('05') }), oldKey],
    ['replaced-key-missing', replacement, recordOf(bytes('05'))],
    ['replacement-signature-invalid', replacement, recordOf(replacement.pubKey)],
    ['replacement-signature-invalid', replacement, recordOf(encodePush(utf8Encode('garbage')))],
  ])('%s', (code, tx, current) => {
    expect(checkReplacement(tx, current)).toEqual({ kind: 'reject', code, score: 100 })
  })
})

describe('transactions outside of blocks', () => {
  const viewOf = (records: readonly NameRecord[]): NameView => ({ tipHeight: 5, history: () => records })
  const nobodyYet = viewOf([])
  const taken = viewOf([recordOf(encodePush(bytes(vectors.keys[0]?.pub_compressed ?? '')))])

  test('registrations of free names and replacements are accepted', () => {
    expect(checkLooseTransaction(registration, nobodyYet, main)).toEqual({ kind: 'accept' })
    expect(checkLooseTransaction(replacement, taken, regtest)).toEqual({ kind: 'accept' })
  })

  test('username-already-registered costs nothing, the identical registration included', () => {
    expect(checkLooseTransaction(registration, taken, main)).toEqual({
      kind: 'ignore',
      code: 'username-already-registered',
      detail: 'replacement-signature-missing',
    })
  })

  test('coinbase-as-individual-tx', () => {
    expect(checkLooseTransaction(promoted, nobodyYet, main)).toEqual({
      kind: 'reject',
      code: 'coinbase-as-individual-tx',
      score: 100,
    })
  })

  test('nonstandard-transaction costs nothing', () => {
    expect(checkLooseTransaction(solved({ version: 2 }), nobodyYet, regtest)).toEqual({
      kind: 'ignore',
      code: 'nonstandard-transaction',
    })
  })

  test('what breaks the rules by itself is refused first', () => {
    const broken = makeTransaction({ ...registration, pubKey: bytes('') })
    expect(checkLooseTransaction(broken, nobodyYet, main)).toMatchObject({ code: 'pubkey-empty' })
  })
})

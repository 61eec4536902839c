import { countCodePoints, utf8Decode } from '../bytes.ts'
import { checkProofOfWork } from '../compact-target.ts'
import { MAX_PROMOTED_CODE_POINTS, MAX_PROMOTED_USER_BYTES, MAX_TRANSACTION_BYTES } from '../limits.ts'
import { currentRecord, type NameRecord, type NameView } from '../name-view.ts'
import type { NetworkParams } from '../params.ts'
import { parsePushes, smallString } from '../script.ts'
import { isSignedBy, messageDigest } from '../signature.ts'
import { isPromoted, registrationKey, type Transaction, transactionUsername } from '../transaction.ts'
import { parseUsername } from '../username.ts'
import { accept, ignore, reject, type Verdict } from '../verdict.ts'

/** CheckTransaction, the rules without context, in the reference's order (chain.md 3.2, main.cpp:500-538). */
export function checkTransaction(tx: Transaction, params: NetworkParams): Verdict {
  const content = isPromoted(tx) ? checkPromoted(tx) : checkRegistration(tx)
  if (content.kind !== 'accept') return content
  // S1: "serialized size <= 512 bytes"
  if (tx.raw.length > MAX_TRANSACTION_BYTES) return reject('tx-size-limits-failed', 100)
  // S2: "registrations only: PoW check(txid, nTxBits) i.e. dsha <= target (main.cpp:534)"
  if (!isPromoted(tx) && !checkProofOfWork(tx.txid, params.txBits)) return reject('tx-proof-of-work-failed', 50)
  return accept
}

/**
 * A transaction that arrives outside a block (chain.md 6, main.cpp:541-662). Size of the pool and rate are the pool's
 * business. What the pool refuses "no score" is ignored: it may still come in a block.
 */
export function checkLooseTransaction(tx: Transaction, view: NameView, params: NetworkParams): Verdict {
  const verdict = checkTransaction(tx, params)
  if (verdict.kind !== 'accept') return verdict
  // "promoted message → DoS 100"
  if (isPromoted(tx)) return reject('coinbase-as-individual-tx', 100)
  // "nVersion > 1 (signed) → refused, no score"
  if (tx.version > 1) return ignore('nonstandard-transaction')
  const name = transactionUsername(tx)
  const current = name && currentRecord(view, name)
  // "name already registered and not a valid replacement of the current key (3.8) → refused, no score (identical
  // registered tx included)"
  if (current === undefined) return accept
  const replacement = checkReplacement(tx, current)
  return replacement.kind === 'accept' ? accept : ignore('username-already-registered', replacement.code)
}

/**
 * May this transaction replace the key of a name whose current registration is `current`? (chain.md 3.8,
 * main.cpp:772-803). "p0 is not checked to be a valid key", and there is no delay and no protection against replay.
 */
export function checkReplacement(tx: Transaction, current: NameRecord): Verdict {
  // 1: "tx.pubKey extracts and has >= 2 pushes: p0, p1 (more are ignored)"
  const [newKey, signature] = parsePushes(tx.pubKey) ?? []
  if (newKey === undefined || signature === undefined) return reject('replacement-signature-missing', 100)
  // 3: "old.pubKey extracts with >=1 push"
  const oldKey = registrationKey(current.pubKeyScript)
  if (oldKey === undefined) return reject('replaced-key-missing', 100)
  // 2 and 3: "p1 is a compact signature over dsha( vs(magic) ‖ vs(p0) )" by the old key
  if (!isSignedBy(messageDigest(newKey), signature, oldKey)) return reject('replacement-signature-invalid', 100)
  return accept
}

function checkPromoted(tx: Transaction): Verdict {
  // P1: "first push of message must be non-empty (extraction failure counts as empty)"
  const message = parsePushes(tx.message)?.[0]
  if (message === undefined || message.length === 0) return reject('invalid-or-empty-spam-message', 100)
  // P2: "it must be valid UTF-8 (strict)"; "a leading BOM counts as a character"
  const text = utf8Decode(message)
  if (text === undefined) return reject('spam-message-invalid-utf8', 100)
  // P3: "<= 140 code points (main.h:58), not UTF-16 units"
  if (countCodePoints(text) > MAX_PROMOTED_CODE_POINTS) return reject('spam-message-too-big', 100)
  // P4: "first push of userName must be 1..16 bytes; charset is not checked"
  const user = parsePushes(tx.userName)?.[0]
  if (user === undefined || user.length === 0 || user.length > MAX_PROMOTED_USER_BYTES) {
    return reject('spam-user-size-invalid', 100)
  }
  return accept
}

function checkRegistration(tx: Transaction): Verdict {
  // R1: "userName script non-empty"
  if (tx.userName.length === 0) return reject('username-empty', 10)
  // R2: "pubKey script non-empty — its content is not examined at all" (B5)
  if (tx.pubKey.length === 0) return reject('pubkey-empty', 10)
  // R3: "userName is a small string (2.2)"
  const name = smallString(tx.userName)
  if (name === undefined) return reject('username-not-smallstring', 10)
  // R5: "name length 1..16; every byte in a-z, 0-9, _"
  // quirk: "DoS values of nested checks add up (bad name = 20)" (B18).
  if (name.length < 1 || name.length > 16) return reject('username-size-out-of-limits', 20)
  if (parseUsername(name) === undefined) return reject('invalid-username-character', 20)
  return accept
}

import { type Block, merkleRoot } from '../block.ts'
import { bytesEqual, utf8Decode } from '../bytes.ts'
import { hashKey } from '../hash.ts'
import { MAX_BLOCK_BYTES, MAX_BLOCK_TRANSACTIONS } from '../limits.ts'
import { currentRecord, type NameView } from '../name-view.ts'
import type { NetworkParams } from '../params.ts'
import { parsePushes } from '../script.ts'
import { isSignedBy, messageDigest } from '../signature.ts'
import { isPromoted, registrationKey, type Transaction, transactionUsername } from '../transaction.ts'
import { parseUsername } from '../username.ts'
import { accept, reject, type Verdict } from '../verdict.ts'
import { checkHeader } from './check-header.ts'
import { checkReplacement, checkTransaction } from './check-transaction.ts'

/**
 * CheckBlock, the rules without context, in the reference's order (chain.md 3.3, main.cpp:1681-1738). C3, the time, is
 * in checkHeaderInContext.
 */
export function checkBlock(block: Block, params: NetworkParams): Verdict {
  const size = checkSize(block)
  if (size.kind !== 'accept') return size
  // C2
  const header = checkHeader(block.header, params)
  return header.kind === 'accept' ? checkTransactions(block, params) : header
}

/** checkBlock for a block whose header's work (C2) was checked before: "each header's work checked once in its life". */
export function checkBlockBody(block: Block, params: NetworkParams): Verdict {
  const size = checkSize(block)
  return size.kind === 'accept' ? checkTransactions(block, params) : size
}

function checkSize({ transactions, sizeBytes }: Block): Verdict {
  // C1: "ntx >= 1; ntx <= 50000; serialized block <= 50000 bytes: DoS 100"
  const isInBounds =
    transactions.length > 0 && transactions.length <= MAX_BLOCK_TRANSACTIONS && sizeBytes <= MAX_BLOCK_BYTES
  return isInBounds ? accept : reject('size-limits-failed', 100)
}

function checkTransactions({ header, transactions }: Block, params: NetworkParams): Verdict {
  // C4: "tx 0 is a promoted message: DoS 100"
  const [first, ...others] = transactions
  if (first === undefined || !isPromoted(first)) return reject('first-tx-is-not-coinbase', 100)
  // C5: "no other tx is a promoted message: DoS 100"
  if (others.some(isPromoted)) return reject('more-than-one-coinbase', 100)
  // C6: "every tx passes CheckTransaction (incl. tx 0)"
  for (const tx of transactions) {
    const verdict = checkTransaction(tx, params)
    if (verdict.kind !== 'accept') return verdict
  }
  // C7: "all txids distinct: DoS 100"
  const txids = transactions.map((tx) => tx.txid)
  if (new Set(txids.map(hashKey)).size !== txids.length) return reject('duplicate-transaction', 100)
  // C8: "user hashes of tx 1.. are distinct (one registration per name per block): DoS 100"
  if (new Set(others.map(transactionUsername)).size !== others.length) return reject('duplicate-username', 100)
  // C9: "hashMerkleRoot correct: DoS 100"
  if (!bytesEqual(merkleRoot(txids), header.merkleRoot)) return reject('hashmerkleroot-mismatch', 100)
  return accept
}

/**
 * ConnectBlock, the rules that need the names of the chain (chain.md 3.7, main.cpp:1195-1347). `view` shows the state
 * after the block's parent: "blocks being connected are not yet indexed".
 */
export function checkBlockInContext(block: Block, view: NameView, params: NetworkParams): Verdict {
  // K2: "genesis: accept, nothing indexed" (B30)
  if (bytesEqual(block.header.hash, params.genesisHash)) return accept
  const [promoted, ...registrations] = block.transactions
  if (promoted === undefined) return reject('first-tx-is-not-coinbase', 100)
  const signed = checkPromotedSignature(promoted, view)
  if (signed.kind !== 'accept') return signed
  for (const tx of registrations) {
    const verdict = checkRegistrationInContext(tx, view)
    if (verdict.kind !== 'accept') return verdict
  }
  return accept
}

function checkPromotedSignature(tx: Transaction, view: NameView): Verdict {
  const [user, signature] = parsePushes(tx.userName) ?? []
  // K3: "If u == "nobody" (exact bytes): no signature needed, other pushes ignored"
  // quirk: "exactly "nobody" needs no signature — even if somebody registered the name "nobody"" (B6).
  if (user !== undefined && utf8Decode(user) === 'nobody') return accept
  // K4: "else second push of tx0.userName must be non-empty"
  if (signature === undefined || signature.length === 0) return reject('spam-signature-missing', 100)
  // K5: "u must be registered on this chain … in effect in an earlier block"
  const name = user && parseUsername(user)
  const record = name && currentRecord(view, name)
  if (record === undefined) return reject('spam-signed-by-unknown-user', 100)
  // K6: "the registered pubKey script must extract and have >=1 push"
  const key = registrationKey(record.pubKeyScript)
  if (key === undefined) return reject('spam-signed-with-broken-pubkey', 100)
  // K7: "a compact signature recovering to that key over dsha( vs(magic) ‖ vb(message script) ) — note: the script
  // including its push opcode, not the bare text" (B7)
  if (!isSignedBy(messageDigest(tx.message), signature, key)) return reject('spam-signature-verification-failed', 100)
  return accept
}

// K8: "for each tx i>=1 whose name is already registered: allowed only if (a) txid equals the txid of the name's current
// registration, or (b) valid key replacement (3.8)"
function checkRegistrationInContext(tx: Transaction, view: NameView): Verdict {
  const name = transactionUsername(tx)
  const current = name && currentRecord(view, name)
  if (current === undefined) return accept
  // quirk: "an identical re-inclusion of the current registration in a later block is valid, and moves the name's
  // registration height" (B9).
  if (bytesEqual(tx.txid, current.txid)) return accept
  const replacement = checkReplacement(tx, current)
  // The reference's "tried to overwrite transaction".
  return replacement.kind === 'accept' ? accept : reject('tried-to-overwrite-transaction', 100, replacement.code)
}

import { isEqual, Refused } from './bytes.ts'
import { checkHeaders } from './check-headers.ts'
import { type CheckpointList, REGISTRATION_BITS } from './checkpoints.ts'
import { displayed, messageDigest } from './hash.ts'
import type { Header } from './header.ts'
import { merkleRootOf, PAIR_BYTES } from './merkle.ts'
import type { KeyProof, RegistrationProof } from './proof-format.ts'
import { isSignedBy, SIGNATURE_BYTES } from './signature.ts'
import { meetsTarget } from './target.ts'
import { parseTransaction, pushesOf, registeredName, type Transaction } from './transaction.ts'

/** What is left to check, once everything that is cheap holds: headers whose own work must vouch for them. */
export interface MinedHeaders {
  part: string
  headers: readonly Header[]
}

/** One thing that holds: in English, and as a code with its values, for who says it in another language. */
export interface Check {
  part: string
  words: string
  code: CheckCode
  values: Readonly<Record<string, string | number>>
}

export type CheckCode =
  | 'record'
  | 'registers'
  | 'stands-in-block'
  | 'leads-to-checkpoint'
  | 'leads-over-checkpoint'
  | 'replaced'
  | 'signed'
  | 'worked'

interface ProvedRegistration {
  /** Pushes of the pubKey script: the key, and of a replacement the signature by the key before it. */
  pushes: readonly Uint8Array[]
  mined: MinedHeaders
  checks: Check[]
}

/** That a block below or above a checkpoint gave the key to the name. */
export function checkKey(
  key: KeyProof,
  part: string,
  list: CheckpointList,
): { mined: MinedHeaders[]; checks: Check[] } {
  const own = checkRegistration(key.registration, key.n, `${part}.registration`, list)
  const [newKey, signature] = own.pushes
  if (newKey === undefined || !isEqual(newKey, key.publicKey)) {
    throw new Refused(`${part}.publicKey`, 'is not the key in the transaction')
  }
  const isReplacement = key.registration.kind === 'replacement'
  if (isReplacement !== (key.replaced !== undefined)) {
    throw new Refused(`${part}.replaced`, isReplacement ? 'is missing' : 'stands beside a first registration')
  }
  if (key.replaced === undefined) return { mined: [own.mined], checks: own.checks }
  const old = checkRegistration(key.replaced, key.n, `${part}.replaced`, list)
  if (key.replaced.height >= key.registration.height) {
    throw new Refused(`${part}.replaced.height`, 'is not below that of what replaced it')
  }
  // "p1 is a compact signature over dsha( vs(magic) ‖ vs(p0) )", by the old key (chain.md 3.8)
  const oldKey = old.pushes[0]
  if (signature?.length !== SIGNATURE_BYTES || oldKey === undefined) {
    throw new Refused(`${part}.registration.transaction`, 'holds no signature of a replacement')
  }
  if (!isSignedBy(messageDigest(newKey), signature, oldKey)) {
    throw new Refused(`${part}.registration.transaction`, 'is not signed by the key that it replaced')
  }
  const signed: Check = {
    part: `${part}.registration.transaction`,
    words: 'the new key is signed by the one it replaced',
    code: 'replaced',
    values: { n: key.n },
  }
  return { mined: [old.mined, own.mined], checks: [...old.checks, ...own.checks, signed] }
}

function checkRegistration(
  proof: RegistrationProof,
  n: string,
  part: string,
  list: CheckpointList,
): ProvedRegistration {
  const txBits = REGISTRATION_BITS[list.network]
  const { tx, pushes } = checkTransaction(proof.transaction, n, `${part}.transaction`, txBits)
  if (displayed(tx.txid) !== proof.txid) throw new Refused(`${part}.transaction`, `has not the txid ${proof.txid}`)
  const { block, mined } = checkHeaders(proof, part, list)
  checkPlace(tx, proof, block, part, txBits)
  const { index, height, checkpoint, confirmedBy } = proof
  const count = proof.headers.length
  const way: Omit<Check, 'part'> =
    confirmedBy === undefined
      ? {
          words: `${count} headers lead by their hashes to the checkpoint at height ${checkpoint.height}`,
          code: 'leads-to-checkpoint',
          values: { count, checkpoint: checkpoint.height },
        }
      : {
          words: `${count} headers lead from the checkpoint at height ${checkpoint.height} over it to height ${confirmedBy.height}`,
          code: 'leads-over-checkpoint',
          values: { count, checkpoint: checkpoint.height, height: confirmedBy.height },
        }
  return {
    pushes,
    mined: { part: `${part}.headers`, headers: mined },
    checks: [
      {
        part: `${part}.transaction`,
        words: `registers ${n}, with its own work`,
        code: 'registers',
        values: { n, txid: proof.txid },
      },
      {
        part: `${part}.branch`,
        words: `transaction ${index} of the block ${proof.blockHash} at height ${height}`,
        code: 'stands-in-block',
        values: { height },
      },
      { part: `${part}.headers`, ...way },
    ],
  }
}

/** By itself: a registration of the name, with its own work (chain.md 3.2). */
export function checkTransaction(
  bytes: Uint8Array,
  n: string,
  part: string,
  txBits: number,
): { tx: Transaction; pushes: readonly Uint8Array[] } {
  // Two hashes side by side have 64 bytes: what is as long could be a piece of the tree (see merkle.ts).
  if (bytes.length === PAIR_BYTES) throw new Refused(part, 'has 64 bytes, as two hashes have')
  const tx = parseTransaction(bytes)
  if (tx === undefined) throw new Refused(part, 'is no transaction')
  if (tx.message.length > 0) throw new Refused(part, 'is a promoted message, which registers nothing')
  if (registeredName(tx) !== n) throw new Refused(part, `is not of ${n}`)
  if (!meetsTarget(tx.txid, txBits)) throw new Refused(part, 'has not the work of a registration')
  const pushes = pushesOf(tx.pubKey)
  if (pushes === undefined || pushes.length === 0) throw new Refused(part, 'holds no key')
  return { tx, pushes }
}

/** In the block: "tx 0 is a promoted message" (chain.md 3.3 C4), so a registration has a higher place. */
export function checkPlace(
  tx: Transaction,
  { index, branch }: Pick<RegistrationProof, 'index' | 'branch'>,
  block: Header,
  part: string,
  txBits: number,
): void {
  if (index === 0) throw new Refused(`${part}.index`, 'is that of the promoted message')
  const root = merkleRootOf(tx.txid, index, branch, txBits)
  if (typeof root === 'string') throw new Refused(`${part}.index`, root)
  if (isEqual(root, block.merkleRoot)) return
  throw new Refused(`${part}.branch`, `does not lead from place ${index} to the merkle root of the header`)
}

import type { BlockRow, PromotedRow } from '../../db/writes/block.ts'
import type { RegistrationRow } from '../../db/writes/registration.ts'
import type { Block } from '../../node/protocol/block.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import { currentRecord } from '../../node/protocol/name-view.ts'
import { promotedMessage, registrationKey, transactionUsername } from '../../node/protocol/transaction.ts'
import { parseUsername, type Username } from '../../node/protocol/username.ts'
import type { Provenance } from '../ingest/reading.ts'
import { storableText } from '../ingest/storable-text.ts'
import type { NameTable } from './name-table.ts'

/** Names whose history the rules of this block ask for. */
export function namesOfBlock(block: Block): Username[] {
  const [promoted, ...registrations] = block.transactions
  const promoter = promoted && parseUsername(promotedMessage(promoted)?.user ?? '')
  const registered = registrations.map(transactionUsername)
  return [promoter, ...registered].filter((name) => name !== undefined)
}

export function blockRow(
  block: Block,
  provenance: Provenance,
  totals: { chainwork: bigint; cumulativeTxCount: number },
): BlockRow {
  const { header } = block
  return {
    hash: header.hash,
    height: header.height,
    prevHash: header.prevHash,
    raw: block.raw,
    time: header.time,
    bits: header.bits,
    txCount: block.transactions.length,
    firstSeen: provenance.firstSeen,
    source: provenance.source,
    ...totals,
  }
}

/** "On success each registration becomes the current record of its name with this block's height" (chain.md 3.7). */
export function indexRegistrations(block: Block, txCountBefore: number, names: NameTable): RegistrationRow[] {
  const { hash, height, time } = block.header
  return block.transactions.flatMap((tx, index) => {
    const username = index === 0 ? undefined : transactionUsername(tx)
    if (username === undefined) return []
    const current = currentRecord(names, username)
    const isSame = current !== undefined && bytesEqual(current.txid, tx.txid)
    const kind = current === undefined ? 'registration' : isSame ? 'reinclusion' : 'replacement'
    names.add(username, { height, blockHash: hash, txid: tx.txid, pubKeyScript: tx.pubKey, index })
    return [
      {
        username,
        height,
        blockHash: hash,
        txid: tx.txid,
        pubKeyScript: tx.pubKey,
        publicKey: registrationKey(tx.pubKey),
        kind,
        txIndex: index,
        // "(txs before the block) + index in block" (chain.md 8.5)
        uid: txCountBefore + index,
        time,
      } as const,
    ]
  })
}

export function promotedRow(block: Block): PromotedRow | undefined {
  const [first] = block.transactions
  const message = first && promotedMessage(first)
  if (message === undefined) return undefined
  return {
    height: block.header.height,
    blockHash: block.header.hash,
    username: storableText(message.user),
    message: storableText(message.text),
    // K3: "If u == "nobody": no signature needed, other pushes ignored" — so it was not checked.
    hasSignature: message.user !== 'nobody' && message.signature !== undefined,
    time: block.header.time,
  }
}

import { isEqual, readBytes } from './bytes.ts'
import { HEADER_BYTES, type Header, parseHeader } from './header.ts'
import { merkleRootOfAll } from './merkle.ts'
import { readTransaction, type Transaction } from './transaction.ts'

export interface Block {
  header: Header
  transactions: Transaction[]
}

/** "Block = header ‖ CompactSize(ntx) ‖ txs" (chain.md 2.4), whose merkle root is that of the header. */
export function parseBlock(bytes: Uint8Array): Block | undefined {
  return readBytes(bytes, (reader) => {
    const header = parseHeader(reader.take(HEADER_BYTES))
    const count = reader.compactSize()
    const transactions: Transaction[] = []
    while (transactions.length < count) transactions.push(readTransaction(reader, bytes))
    const isWhole = header !== undefined && count > 0 && reader.isAtEnd
    const root = merkleRootOfAll(transactions.map(({ txid }) => txid))
    return isWhole && isEqual(root, header.merkleRoot) ? { header, transactions } : undefined
  })
}

import { parseWith } from '../bytes.ts'
import { MAX_ADDR_ENTRIES, MAX_INV_ENTRIES } from '../limits.ts'
import { accept, reject, type Verdict } from '../verdict.ts'

const LIMIT_BY_COMMAND: Readonly<Record<string, number>> = {
  addr: MAX_ADDR_ENTRIES,
  inv: MAX_INV_ENTRIES,
  getdata: MAX_INV_ENTRIES,
}

/** "addr >1000 / inv or getdata >50000 entries: 20" (chain.md 5.10, main.cpp:2868, 2931, 2980). */
export function checkVectorCount(command: string, payload: Uint8Array): Verdict {
  const limit = LIMIT_BY_COMMAND[command]
  if (limit === undefined) return accept
  const count = parseWith(payload, (reader) => reader.compactSize())
  return count !== undefined && count > limit ? reject(`message-${command}-size`, 20, String(count)) : accept
}

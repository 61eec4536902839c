import { isEqual, Refused } from './bytes.ts'
import { type Checkpoint, type CheckpointList, holdsCheckpoint } from './checkpoints.ts'
import { displayed, workHash } from './hash.ts'
import { type Header, parseHeader } from './header.ts'
import type { RegistrationProof } from './proof-format.ts'
import { isNextPossible, meetsTarget, nextBits, PERIOD_BLOCKS, workOf } from './target.ts'

export interface ProvedHeaders {
  /** The header of the block itself. */
  block: Header
  /** Those above a checkpoint below, which their own work must vouch for: first the checkpoint's. None: a hash vouches. */
  mined: readonly Header[]
}

/**
 * The headers from a block to a checkpoint that is on the list: each holds the hash of the one before. From a checkpoint
 * above down to the block that proves it; above a checkpoint below there is the work, which checkWork looks at.
 */
export function checkHeaders(proof: RegistrationProof, part: string, list: CheckpointList): ProvedHeaders {
  const { height, checkpoint, confirmedBy } = proof
  const headers = readHeaders(proof.headers, `${part}.headers`)
  const isAbove = checkpoint.height >= height
  if (isAbove !== (confirmedBy === undefined)) {
    throw new Refused(`${part}.confirmedBy`, isAbove ? 'stands beside a checkpoint above' : 'is missing')
  }
  const last = confirmedBy ?? checkpoint
  const from = isAbove ? height : checkpoint.height
  if (headers[0]?.height !== from || headers.at(-1)?.height !== last.height || last.height < height) {
    throw new Refused(`${part}.headers`, `do not reach from height ${from} to ${Math.max(last.height, height)}`)
  }
  if (!holdsCheckpoint(list, checkpoint)) {
    throw new Refused(`${part}.checkpoint`, `is not in the list that is used (${list.source})`)
  }
  // From the end that something else vouches for, so that what is wrong is named.
  mustHash(headers, checkpoint, `${part}.headers`, 'the checkpoint')
  mustHash(headers, last, `${part}.headers`, 'confirmedBy')
  mustBeLinked(headers, `${part}.headers`)
  const block = mustHash(headers, { height, hash: proof.blockHash }, `${part}.headers`, 'blockHash')
  return { block, mined: isAbove ? [] : headers }
}

/** "header nHeight == prev height + 1" (chain.md 3.5 A7). */
function readHeaders(raws: readonly Uint8Array[], part: string): Header[] {
  const headers: Header[] = []
  for (const [at, raw] of raws.entries()) {
    const header = parseHeader(raw)
    if (header === undefined) throw new Refused(`${part}[${at}]`, 'is no header')
    const before = headers.at(-1)
    if (header.height < 0 || (before !== undefined && header.height !== before.height + 1)) {
      throw new Refused(`${part}[${at}]`, `says height ${header.height}`)
    }
    headers.push(header)
  }
  return headers
}

function mustHash(headers: readonly Header[], { height, hash }: Checkpoint, part: string, whose: string): Header {
  const at = height - (headers[0]?.height ?? 0)
  const header = headers[at]
  if (header !== undefined && displayed(header.hash) === hash) return header
  throw new Refused(`${part}[${at}]`, `has not the hash of ${whose}, ${hash}`)
}

function mustBeLinked(headers: readonly Header[], part: string): void {
  for (let at = headers.length - 1; at > 0; at--) {
    const [header, before] = [headers[at], headers[at - 1]]
    if (header !== undefined && before !== undefined && !isEqual(before.hash, header.prevHash)) {
      throw new Refused(
        `${part}[${at - 1}]`,
        `has not the hash that the header above it names, ${displayed(header.prevHash)}`,
      )
    }
  }
}

/** Hashes that had to be tried for the headers above a checkpoint, which have the difficulty they must. */
export function checkWork(headers: readonly Header[], part: string): bigint {
  let work = 0n
  for (const [at, header] of headers.entries()) {
    const before = headers[at - 1]
    if (before === undefined) continue
    if (!hasItsBits(header, before, headers[at - PERIOD_BLOCKS])) {
      throw new Refused(`${part}[${at}]`, 'has another difficulty than the chain demands')
    }
    work += workOf(header.bits)
  }
  // Half a millisecond each: after all that is cheap.
  for (const [at, { raw, bits }] of headers.entries()) {
    if (at > 0 && !meetsTarget(workHash(raw), bits)) throw new Refused(`${part}[${at}]`, 'has not its work')
  }
  return work
}

/**
 * "(last.height+1) % 2016 != 0: return last.nBits", else of the time since "ancestor of last, 2015 steps back" (chain.md
 * 3.6). Where that block lies below the checkpoint: no easier than the rule allows at most.
 */
export function hasItsBits(header: Header, before: Header, first: Header | undefined): boolean {
  if (header.height % PERIOD_BLOCKS !== 0) return header.bits === before.bits
  if (first === undefined) return isNextPossible(before.bits, header.bits)
  return header.bits === nextBits(before.bits, before.time - first.time)
}

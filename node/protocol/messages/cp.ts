import { ByteWriter, concatBytes, parseWith, utf8Encode } from '../bytes.ts'
import type { Hash256 } from '../hash.ts'
import { encodePush, encodePushInt } from '../script.ts'
import { parseUsername, type Username } from '../username.ts'

/** A vote for a soft checkpoint (chain.md 4.6, softcheckpoint.h:51-57). */
export interface SoftCheckpointVote {
  readonly height: number
  readonly blockHash: Hash256
  readonly username: Username
  readonly signature: Uint8Array
}

const MAX_NAME_BYTES = 16
const SIGNATURE_BYTES = 65

/** A vote whose name or signature cannot be right is not a vote: undefined. */
export function parseCp(payload: Uint8Array): SoftCheckpointVote | undefined {
  return parseWith(payload, (reader) => {
    const height = reader.i32()
    const blockHash = reader.take(32) as Hash256
    const username = parseUsername(reader.varBytes(MAX_NAME_BYTES))
    const signature = reader.varBytes(SIGNATURE_BYTES)
    return username && { height, blockHash, username, signature }
  })
}

export function encodeCp(vote: SoftCheckpointVote): Uint8Array {
  return new ByteWriter()
    .i32(vote.height)
    .bytes(vote.blockHash)
    .varBytes(utf8Encode(vote.username))
    .varBytes(vote.signature)
    .finish()
}

/** "Signed string = script push-int(nHeight) ‖ 20 ‖ blockHash" (chain.md 4.6); digest it as a generic message. */
export function softCheckpointText(height: number, blockHash: Hash256): Uint8Array {
  return concatBytes(encodePushInt(height), encodePush(blockHash))
}

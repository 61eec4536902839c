import { SIGNATURE_BYTES } from '../../node/protocol/limits.ts'
import type { Claim } from './claim.ts'

const KEY_ID_BYTES = 20
/** The first byte says whether there is a key. */
const ANSWER_BYTES = 1 + KEY_ID_BYTES

/** Claims on their way to a thread: a few large arrays travel faster than many small ones. */
export interface RecoverJob {
  messages: Uint8Array<ArrayBuffer>
  /** Where each message ends. */
  ends: Uint32Array<ArrayBuffer>
  signatures: Uint8Array<ArrayBuffer>
}

export function recoverJob(claims: readonly Claim[]): RecoverJob {
  const ends = new Uint32Array(claims.length)
  let end = 0
  for (const [index, { message }] of claims.entries()) {
    end += message.length
    ends[index] = end
  }
  const job = { messages: new Uint8Array(end), ends, signatures: new Uint8Array(claims.length * SIGNATURE_BYTES) }
  for (const [index, { message, signature }] of claims.entries()) {
    job.messages.set(message, (ends[index] ?? 0) - message.length)
    job.signatures.set(signature, index * SIGNATURE_BYTES)
  }
  return job
}

/** In the thread: the answer to a job. */
export function recoverAll(
  { messages, ends, signatures }: RecoverJob,
  recover: (message: Uint8Array, signature: Uint8Array) => Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(ends.length * ANSWER_BYTES)
  let start = 0
  for (const [index, end] of ends.entries()) {
    const signature = signatures.subarray(index * SIGNATURE_BYTES, (index + 1) * SIGNATURE_BYTES)
    const keyId = recover(messages.subarray(start, end), signature)
    start = end
    if (keyId === undefined) continue
    answer[index * ANSWER_BYTES] = 1
    answer.set(keyId, index * ANSWER_BYTES + 1)
  }
  return answer
}

/** Takes over what a thread has found. */
export function noteAnswer(claims: readonly Claim[], answer: Uint8Array): void {
  for (const [index, claim] of claims.entries()) {
    const at = index * ANSWER_BYTES
    claim.keyId = answer[at] === 1 ? answer.slice(at + 1, at + ANSWER_BYTES) : undefined
  }
}

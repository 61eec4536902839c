import { type ByteReader, ByteWriter, parseWith, type RawBytes, rawBytes, utf8Decode } from '../bytes.ts'
import { sha256d } from '../hash.ts'
import { MAX_ALERT_BYTES } from '../limits.ts'
import { isDerSignedBy } from '../signature.ts'
import { accept, ignore, reject, type Verdict } from '../verdict.ts'

/** The envelope: "vb(message) ‖ vb(DER signature)", signed over dsha(message) with the key of 1.6 (chain.md 5.4, 5.11). */
export interface SignedAlert {
  readonly message: RawBytes
  readonly signature: Uint8Array
}

export interface Alert {
  readonly version: number
  readonly relayUntil: bigint
  readonly expiration: bigint
  readonly id: number
  readonly cancel: number
  readonly cancels: readonly number[]
  readonly minVersion: number
  readonly maxVersion: number
  readonly userAgents: readonly string[]
  readonly priority: number
  readonly comment: string
  readonly statusBar: string
  readonly reserved: string
}

export function parseSignedAlert(payload: Uint8Array): SignedAlert | undefined {
  return parseWith(payload, (reader) => ({
    message: rawBytes(reader.varBytes(MAX_ALERT_BYTES)),
    signature: reader.varBytes(MAX_ALERT_BYTES),
  }))
}

export function encodeSignedAlert(alert: SignedAlert): Uint8Array {
  return new ByteWriter().varBytes(alert.message).varBytes(alert.signature).finish()
}

/**
 * "Accept if signature ok and now < expiration"; anything else is an "invalid alert: 10" (chain.md 5.10, 5.11). Whether a
 * later one cancels it does not matter to somebody who shows none.
 */
export function checkAlert(alert: SignedAlert, alertKey: Uint8Array, now: number): Verdict {
  const fields = parseAlert(alert.message)
  // "exceptions while parsing → message skipped" (chain.md 5.1)
  if (fields === undefined) return ignore('malformed-alert')
  if (!isDerSignedBy(sha256d(alert.message), alert.signature, alertKey)) return reject('invalid-alert', 10, 'signature')
  return BigInt(Math.floor(now)) < fields.expiration ? accept : reject('invalid-alert', 10, 'expired')
}

/** The fields in the order of chain.md 5.11, alert.h:42-59. */
export function parseAlert(message: Uint8Array): Alert | undefined {
  return parseWith(message, (reader) => ({
    version: reader.i32(),
    relayUntil: reader.i64(),
    expiration: reader.i64(),
    id: reader.i32(),
    cancel: reader.i32(),
    cancels: reader.vector(MAX_ALERT_BYTES, 4, () => reader.i32()),
    minVersion: reader.i32(),
    maxVersion: reader.i32(),
    userAgents: reader.vector(MAX_ALERT_BYTES, 1, () => readText(reader)),
    priority: reader.i32(),
    comment: readText(reader),
    statusBar: readText(reader),
    reserved: readText(reader),
  }))
}

function readText(reader: ByteReader): string {
  return utf8Decode(reader.varBytes(MAX_ALERT_BYTES)) ?? ''
}

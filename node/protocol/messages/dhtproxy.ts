import { ByteWriter, parseWith } from '../bytes.ts'
import { MAX_DHT_PROXY_DATA_BYTES, MAX_DHT_PROXY_TEXT_BYTES } from '../limits.ts'

/** The tunnel for nodes without UDP (chain.md 5.12, dhtproxy.h). "nodhtproxy" has no payload. */
export interface DhtGetRequest {
  /** `n` of the target: any bytes for a hashtag, so not a Username. */
  readonly username: Uint8Array
  readonly resource: Uint8Array
  readonly isMulti: boolean
  readonly isStop: boolean
}

export interface DhtPutRequest {
  readonly username: Uint8Array
  readonly resource: Uint8Array
  readonly isMulti: boolean
  /** The bencoded, signed "p" dictionary. */
  readonly p: Uint8Array
  readonly sigP: Uint8Array
  readonly sigUser: Uint8Array
}

export interface DhtGetReply {
  /** SHA1 of the bencoded target. */
  readonly targetHash: Uint8Array
  /** Bencoded list of {p, sig_p, sig_user}; empty: no data, or done. */
  readonly list: Uint8Array
}

/** "vs username ‖ vs resource ‖ bool multi ‖ bool stop". */
export function parseDhtGetRequest(payload: Uint8Array): DhtGetRequest | undefined {
  return parseWith(payload, (reader) => ({
    username: reader.varBytes(MAX_DHT_PROXY_TEXT_BYTES),
    resource: reader.varBytes(MAX_DHT_PROXY_TEXT_BYTES),
    isMulti: reader.u8() !== 0,
    isStop: reader.u8() !== 0,
  }))
}

export function encodeDhtGetRequest(request: DhtGetRequest): Uint8Array {
  return new ByteWriter()
    .varBytes(request.username)
    .varBytes(request.resource)
    .u8(request.isMulti ? 1 : 0)
    .u8(request.isStop ? 1 : 0)
    .finish()
}

/** "vs username ‖ vs resource ‖ bool multi ‖ vb bencoded p ‖ vb sig_p ‖ vs sig_user". */
export function parseDhtPutRequest(payload: Uint8Array): DhtPutRequest | undefined {
  return parseWith(payload, (reader) => ({
    username: reader.varBytes(MAX_DHT_PROXY_TEXT_BYTES),
    resource: reader.varBytes(MAX_DHT_PROXY_TEXT_BYTES),
    isMulti: reader.u8() !== 0,
    p: reader.varBytes(MAX_DHT_PROXY_DATA_BYTES),
    sigP: reader.varBytes(MAX_DHT_PROXY_TEXT_BYTES),
    sigUser: reader.varBytes(MAX_DHT_PROXY_TEXT_BYTES),
  }))
}

export function encodeDhtPutRequest(request: DhtPutRequest): Uint8Array {
  return new ByteWriter()
    .varBytes(request.username)
    .varBytes(request.resource)
    .u8(request.isMulti ? 1 : 0)
    .varBytes(request.p)
    .varBytes(request.sigP)
    .varBytes(request.sigUser)
    .finish()
}

/** "vb 20-byte target hash ‖ vb bencoded list". */
export function parseDhtGetReply(payload: Uint8Array): DhtGetReply | undefined {
  const reply = parseWith(payload, (reader) => ({
    targetHash: reader.varBytes(20),
    list: reader.varBytes(MAX_DHT_PROXY_DATA_BYTES),
  }))
  return reply?.targetHash.length === 20 ? reply : undefined
}

export function encodeDhtGetReply(reply: DhtGetReply): Uint8Array {
  return new ByteWriter().varBytes(reply.targetHash).varBytes(reply.list).finish()
}

import type { RawDhtItemRow } from '../../db/writes/dht-item.ts'
import { utf8Encode } from '../../node/protocol/bytes.ts'
import { targetHash } from '../../node/protocol/dht-target.ts'
import type { DhtReading } from '../ingest/reading.ts'
import { storableText } from '../ingest/storable-text.ts'

export function rawDhtItemRow(reading: DhtReading): RawDhtItemRow {
  const { resource, seq, height, time, p, sigP, sigUser } = reading.item
  return {
    target: targetHash(resource),
    contentHash: reading.contentHash,
    sigUser,
    keyId: reading.keyId,
    n: utf8Encode(resource.n),
    r: storableText(resource.r),
    t: resource.t,
    seq,
    height,
    time,
    p,
    sigP,
    ...reading.provenance,
  }
}

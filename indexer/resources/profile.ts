import type { ProfileRow } from '../../db/writes/dht-item.ts'
import type { DhtItem } from '../../node/protocol/dht-item.ts'
import { parseProfile } from '../../node/protocol/resources/profile.ts'
import { storableText } from '../ingest/storable-text.ts'

/** The row of a value, current or former; nothing when it is no profile. */
export function profileRow(item: DhtItem, contentHash: Uint8Array): ProfileRow | undefined {
  const profile = parseProfile(item)
  if (profile === undefined) return undefined
  const field = (text: string | undefined) => storableText(text ?? '')
  return {
    username: item.sigUser,
    fullname: field(profile.fullname),
    bio: field(profile.bio),
    location: field(profile.location),
    url: field(profile.url),
    tox: field(profile.tox),
    bitmessage: field(profile.bitmessage),
    seq: item.seq ?? 0,
    height: item.height,
    time: item.time,
    contentHash,
  }
}

import type { Bencodable } from '../node/protocol/bencode.ts'
import { hexToBytes } from '../node/protocol/bytes.ts'
import { type DhtItem, encodeDhtItem, parseDhtItem } from '../node/protocol/dht-item.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import recorded from './vectors/recordings-dht.json' with { type: 'json' }

/** The recorded values of a resource, in the order of the reference's answer. */
export function recordedItems(n: string, r: string): DhtItem[] {
  const found = recorded.find((row) => row.n === n && row.r === r)
  return (found?.values ?? []).flatMap(({ p_bencoded_hex, sig_p, sig_user }) => {
    const parts = { p: hexToBytes(p_bencoded_hex), sigP: hexToBytes(sig_p) }
    return parts.p && parts.sigP ? (parseDhtItem({ p: parts.p, sigP: parts.sigP, sigUser: sig_user }) ?? []) : []
  })
}

/** A value by alice with any content, signed with a key of no account. */
export function itemOf(r: string, t: Resource['t'], v: Bencodable, n = 'alice'): DhtItem {
  const fields = { resource: { n, r, t }, height: 1, time: 1, seq: 1, v, sigUser: parseUsername('alice') as Username }
  return encodeDhtItem(fields, new Uint8Array(32).fill(1))
}

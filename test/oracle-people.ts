import type { ProfileVersionView } from '../db/queries/history.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { compareBytes } from '../node/protocol/bytes.ts'
import { type DhtItem, parseDhtItem } from '../node/protocol/dht-item.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { type Avatar, parseAvatar } from '../node/protocol/resources/avatar.ts'
import { parseFollowing } from '../node/protocol/resources/following.ts'
import { type Profile, parseProfile } from '../node/protocol/resources/profile.ts'
import { checkDhtItem } from '../node/protocol/rules/check-dht-item.ts'
import type { Username } from '../node/protocol/username.ts'
import type { OracleChain } from './oracle-chain.ts'
import { hex, storable } from './oracle-posts.ts'

/** What a user's current values of the DHT say. */
export interface OraclePerson {
  profile: (Required<Profile> & { time: number; height: number }) | undefined
  avatar: (Avatar & { contentHash: string }) | undefined
  /** In the user's own order. */
  following: string[]
}

const MAX_FOLLOWING_PAGES = 50

/** Who published something that counts, by name. */
export function oraclePeople(chain: OracleChain, items: readonly OutboxItem[]): Map<string, OraclePerson> {
  const current = currentValues(chain, items)
  const owners = new Set([...current.values()].map((value) => value.sigUser))
  return new Map([...owners].map((owner) => [owner, personOf(owner, current)]))
}

/** Of each single target: by its owner's current key, the highest seq, of equal ones the smallest content hash. */
function currentValues(chain: OracleChain, items: readonly OutboxItem[]): Map<string, DhtItem> {
  const current = new Map<string, DhtItem>()
  for (const item of items) {
    const value = item.kind === 'dht-item' ? parseDhtItem(item) : undefined
    if (value === undefined || value.resource.t !== 's') continue
    if (!counts(value, chain)) continue
    const key = `${value.resource.n}/${value.resource.r}`
    const other = current.get(key)
    if (other === undefined || isBetter(value, other)) current.set(key, value)
  }
  return current
}

/** What nodes store (§3.3) and readers believe (§3.5); when it came does not matter. */
function counts(value: DhtItem, { view }: OracleChain): boolean {
  const purposes = ['store', 'read'] as const
  return purposes.every((purpose) => checkDhtItem(value, view, Number.POSITIVE_INFINITY, purpose).kind === 'accept')
}

/** Every profile of a user: by the key in force at its height or the current one, of one seq the smallest hash. */
export function profileVersions(chain: OracleChain, items: readonly OutboxItem[], owner: string): ProfileVersionView[] {
  const versions = new Map<number, DhtItem>()
  for (const item of items) {
    const value = item.kind === 'dht-item' ? parseDhtItem(item) : undefined
    if (value === undefined || value.resource.r !== 'profile' || value.resource.t !== 's') continue
    if (value.sigUser !== owner || !(counts(value, chain) || counts(value, chainAt(chain, value.height)))) continue
    const other = versions.get(value.seq ?? 0)
    if (other === undefined || isBetter(value, other)) versions.set(value.seq ?? 0, value)
  }
  return [...versions.values()]
    .sort((a, b) => (b.seq ?? 0) - (a.seq ?? 0))
    .flatMap((value) => {
      const profile = profileOf(value)
      return profile === undefined ? [] : [{ seq: value.seq ?? 0, contentHash: hex(sha256(value.p)), ...profile }]
    })
}

/** The names as they were at a height; the tip is where it is. */
function chainAt(chain: OracleChain, height: number): OracleChain {
  const history = (name: Username) => chain.view.history(name).filter((record) => record.height <= height)
  return { ...chain, view: { tipHeight: chain.view.tipHeight, history } }
}

function isBetter(value: DhtItem, other: DhtItem): boolean {
  const [seq, otherSeq] = [value.seq ?? 0, other.seq ?? 0]
  return seq === otherSeq ? compareBytes(sha256(value.p), sha256(other.p)) < 0 : seq > otherSeq
}

function personOf(owner: string, current: ReadonlyMap<string, DhtItem>): OraclePerson {
  const [profile, avatar] = [current.get(`${owner}/profile`), current.get(`${owner}/avatar`)]
  const following = new Set<string>()
  // "≤ 50 pages, stops at first missing/empty page" (§3.8)
  for (let page = 1; page <= MAX_FOLLOWING_PAGES; page++) {
    const value = current.get(`${owner}/following${page}`)
    const names = (value && parseFollowing(value)?.usernames) ?? []
    if (names.length === 0) break
    for (const name of names) following.add(name)
  }
  const picture = avatar && parseAvatar(avatar)
  return {
    profile: profile && profileOf(profile),
    avatar: picture && { ...picture, contentHash: hex(sha256(picture.bytes)) },
    following: [...following],
  }
}

function profileOf(value: DhtItem): OraclePerson['profile'] {
  const said = parseProfile(value)
  if (said === undefined) return undefined
  const text = (field: keyof Profile): string => storable(said[field] ?? '')
  return {
    fullname: text('fullname'),
    bio: text('bio'),
    location: text('location'),
    url: text('url'),
    tox: text('tox'),
    bitmessage: text('bitmessage'),
    time: value.time,
    height: value.height,
  }
}

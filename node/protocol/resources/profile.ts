import { textOf } from '../bencode.ts'
import { countCodePoints } from '../bytes.ts'
import type { DhtItem } from '../dht-item.ts'
import { MAX_PROFILE_FIELD_CODE_POINTS } from '../limits.ts'

/** What a user says of themselves: "dict of non-empty strings" (§3.8). Nothing in it is checked but that it is text. */
export interface Profile {
  readonly fullname?: string
  readonly bio?: string
  readonly location?: string
  readonly url?: string
  readonly tox?: string
  readonly bitmessage?: string
}

/** Members that are empty, too long or not text are left out. */
export function parseProfile(item: DhtItem): Profile | undefined {
  const { resource, v } = item
  if (resource.r !== 'profile' || resource.t !== 's' || v.kind !== 'dict') return undefined
  const field = (key: keyof Profile): string | undefined => {
    const text = textOf(v.get(key))
    return text === '' || text === undefined || countCodePoints(text) > MAX_PROFILE_FIELD_CODE_POINTS ? undefined : text
  }
  return {
    fullname: field('fullname'),
    bio: field('bio'),
    location: field('location'),
    url: field('url'),
    tox: field('tox'),
    bitmessage: field('bitmessage'),
  }
}

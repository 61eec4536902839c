import { textOf } from '../bencode.ts'
import { bytesEqual, utf8Encode } from '../bytes.ts'
import type { DhtItem } from '../dht-item.ts'
import { MAX_AVATAR_CHARACTERS } from '../limits.ts'

export interface Avatar {
  readonly mime: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp'
  /** The picture file; its first bytes are those of its type, more is not checked. */
  readonly bytes: Uint8Array
}

const DATA_URL = /^data:(image\/(?:jpeg|png|gif|webp));base64,([A-Za-z0-9+/]+={0,2})$/

/**
 * "any URL ⇒ tracking; SHOULD accept only data:image/ jpeg, png or gif in base64, size-checked" (§7.1). Everything else,
 * the literal `img/genericPerson.png` of users without picture included, is no avatar.
 */
export function parseAvatar(item: DhtItem): Avatar | undefined {
  if (item.resource.r !== 'avatar' || item.resource.t !== 's') return undefined
  if (item.v.kind !== 'string' || item.v.bytes.length > MAX_AVATAR_CHARACTERS) return undefined
  const [, mime, base64] = DATA_URL.exec(textOf(item.v) ?? '') ?? []
  if (!isPictureType(mime) || base64 === undefined || base64.length % 4 === 1) return undefined
  const bytes = decodeBase64(base64)
  return bytes !== undefined && hasMagic(bytes, mime) ? { mime, bytes } : undefined
}

function isPictureType(mime: string | undefined): mime is Avatar['mime'] {
  return mime === 'image/jpeg' || mime === 'image/png' || mime === 'image/gif' || mime === 'image/webp'
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

// A picture must be what it says: a browser may believe its first bytes rather than its type.
function hasMagic(bytes: Uint8Array, mime: Avatar['mime']): boolean {
  const has = (offset: number, magic: Uint8Array): boolean =>
    bytesEqual(bytes.subarray(offset, offset + magic.length), magic)
  switch (mime) {
    case 'image/jpeg':
      return has(0, Uint8Array.of(0xff, 0xd8, 0xff))
    case 'image/png':
      return has(0, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))
    case 'image/gif':
      return has(0, utf8Encode('GIF87a')) || has(0, utf8Encode('GIF89a'))
    case 'image/webp':
      return has(0, utf8Encode('RIFF')) && has(8, utf8Encode('WEBP'))
  }
}

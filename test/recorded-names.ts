import { hexToBytes } from '../node/protocol/bytes.ts'
import { ZERO_HASH } from '../node/protocol/hash.ts'
import type { NameRecord, NameView } from '../node/protocol/name-view.ts'
import { encodePush } from '../node/protocol/script.ts'
import recorded from './vectors/recordings-users.json' with { type: 'json' }

/** "alice, bob, carol at height 6, erin 43, dave 46; erin's key is replaced at height 44"; the chain ends at 48. */
const HISTORIES: ReadonlyMap<string, readonly NameRecord[]> = new Map([
  ['alice', [record(6, recorded.alice.pubkey)]],
  ['bob', [record(6, recorded.bob.pubkey)]],
  ['carol', [record(6, recorded.carol.pubkey)]],
  ['erin', [record(43, recorded['erin/replaced'].pubkey), record(44, recorded.erin.pubkey)]],
  ['dave', [record(46, recorded.dave.pubkey)]],
])

export const RECORDED_TIP_HEIGHT = 48

/** Around the end of the recordings. */
export const RECORDED_NOW = 1795358900

/** The names of the recorded network as its chain knew them, at its tip or another height. */
export function recordedNames(tipHeight: number = RECORDED_TIP_HEIGHT): NameView {
  return {
    tipHeight,
    history: (name) => HISTORIES.get(name)?.filter(({ height }) => height <= tipHeight) ?? [],
  }
}

/** A chain on which each name was registered once, with one key, at height 1. */
export function namesOf(keys: Readonly<Record<string, Uint8Array>>, tipHeight: number): NameView {
  return {
    tipHeight,
    history: (name) => {
      const key = keys[name]
      return key === undefined ? [] : [keyRecord(1, key)]
    },
  }
}

export function keyRecord(height: number, key: Uint8Array): NameRecord {
  return { height, blockHash: ZERO_HASH, txid: ZERO_HASH, pubKeyScript: encodePush(key), index: 1 }
}

function record(height: number, pubkeyHex: string): NameRecord {
  return keyRecord(height, hexToBytes(pubkeyHex) ?? new Uint8Array(0))
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Bencodable, rawBencode } from '../protocol/bencode.ts'
import { utf8Encode } from '../protocol/bytes.ts'
import { type DhtFields, type DhtItem, encodeDhtItem } from '../protocol/dht-item.ts'
import type { Resource } from '../protocol/dht-target.ts'
import { sha256, ZERO_HASH } from '../protocol/hash.ts'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import { networkParams } from '../protocol/params.ts'
import { encodePush } from '../protocol/script.ts'
import { publicKeyOf } from '../protocol/signature.ts'
import { parseUsername, type Username } from '../protocol/username.ts'
import { signUserpost, type UserpostFields } from '../protocol/userpost.ts'
import { openStore, type Store } from './store.ts'

export const silent = pino({ level: 'silent' })

export const TIP_HEIGHT = 1_000
const REGISTERED_AT = 10

export function keyOf(name: string): Uint8Array {
  return sha256(utf8Encode(`test key of ${name}`))
}

export function username(name: string): Username {
  const parsed = parseUsername(name)
  if (parsed === undefined) throw new Error(`not a username: ${name}`)
  return parsed
}

/** The names of a chain on which each of these users is registered with their test key. */
export function namesOf(...users: string[]): NameView {
  const records = new Map<string, NameRecord[]>()
  for (const [index, user] of users.entries()) {
    const pubKeyScript = encodePush(publicKeyOf(keyOf(user)))
    records.set(user, [{ height: REGISTERED_AT, blockHash: ZERO_HASH, txid: ZERO_HASH, pubKeyScript, index }])
  }
  return { tipHeight: TIP_HEIGHT, history: (name) => records.get(name) ?? [] }
}

export function pieceOf(name: string, k: number, fields: Partial<UserpostFields> = {}, key = keyOf(name)): Uint8Array {
  return signUserpost({ n: name, k, height: 500, time: 1_795_358_400, msg: `${name} says ${k}`, ...fields }, key)
}

export function itemOf(name: string, resource: Resource, v: Bencodable, fields: Partial<DhtFields> = {}): DhtItem {
  const seq = resource.t === 's' ? 1 : undefined
  const sigUser = username(name)
  return encodeDhtItem({ resource, height: 900, time: 1_795_358_400, seq, v, ...fields, sigUser }, keyOf(name))
}

export function statusOf(name: string, k: number): DhtItem {
  return itemOf(name, { n: name, r: 'status', t: 's' }, rawBencode(pieceOf(name, k)), { seq: k })
}

/** A store whose folder goes when it is closed. */
export async function openTestStore(): Promise<Store> {
  const path = mkdtempSync(join(tmpdir(), 'windsock-store-'))
  const store = await openStore({ path, params: networkParams('regtest', { checkpoints: false }), log: silent })
  const close = async () => {
    await store.close()
    rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
  return { ...store, close }
}

export async function until(isTrue: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!isTrue()) {
    if (performance.now() > end) throw new Error('it did not come true in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

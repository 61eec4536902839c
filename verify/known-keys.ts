import { hexOf } from './bytes.ts'
import { messageDigest } from './hash.ts'
import { keyIdOf, recoverKey } from './signature.ts'

interface KeyAt {
  height: number
  keyId: string
}

/** How a signature stands to the keys that the chain gave to its author. */
export type SignedBy = 'key-in-force' | 'other-key' | 'nobody'

/** The keys that registrations gave to names. */
export class KnownKeys {
  readonly #keys = new Map<string, KeyAt[]>()

  add(n: string, height: number, publicKey: Uint8Array): void {
    const keys = this.#keys.get(n) ?? []
    keys.push({ height, keyId: hexOf(keyIdOf(publicKey)) })
    this.#keys.set(n, keys)
  }

  /** "key of n valid at the post's own height" (dht-swarm-posts.md 1.2); of no height: any of them. */
  signerOf(n: string, bytes: Uint8Array, signature: Uint8Array, height: number | undefined): SignedBy {
    const key = recoverKey(messageDigest(bytes), signature)
    const keyId = key && hexOf(keyIdOf(key))
    const keys = this.#keys.get(n) ?? []
    if (keyId === undefined || !keys.some((one) => one.keyId === keyId)) return 'nobody'
    if (height === undefined) return 'key-in-force'
    let inForce: KeyAt | undefined
    for (const one of keys) {
      if (one.height <= height && one.height >= (inForce?.height ?? 0)) inForce = one
    }
    return inForce?.keyId === keyId ? 'key-in-force' : 'other-key'
  }
}

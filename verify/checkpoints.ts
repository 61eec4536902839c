import { Refused } from './bytes.ts'
import { fieldsOf, listOf, oneOf, textOf, wholeOf } from './json.ts'
import { MAX_CHECKPOINTS, MAX_INT31 } from './limits.ts'

export type NetworkName = 'main' | 'regtest'
export const NETWORKS: readonly NetworkName[] = ['main', 'regtest']

/** "Target of registrations: a constant of the network (never retargeted)" (chain.md B27, 1.1). */
export const REGISTRATION_BITS: Readonly<Record<NetworkName, number>> = { main: 0x1e00ffff, regtest: 0x207fffff }

/** A block that whoever checks takes for one of the best chain. `hash` as displayed. */
export interface Checkpoint {
  height: number
  hash: string
}

/** What everything else hangs on. */
export interface CheckpointList {
  network: NetworkName
  /** Where from it is, in words. */
  source: string
  items: readonly Checkpoint[]
}

/** The genesis block of each network, and those that the reference's source names (chain.md 1.2, 1.4). */
export const PINNED: Readonly<Record<NetworkName, CheckpointList>> = {
  main: {
    network: 'main',
    source: 'pinned in windsock-verify: the genesis block and the checkpoints of twister-core',
    items: [
      { height: 0, hash: '9915158279673d101912be80f25c20627f1dd8bf5231e7c46bfec5ed19737f44' },
      { height: 121, hash: 'cfdd9b4eb621c93163af7b730b3590b7a90c3d5e233569d76a1c0363527c92ae' },
      { height: 13_081, hash: '5125dc1f6a3b8f1c463baf3e078d8af9f1b35aa4b34fb441e3a7ee391f8727c6' },
      { height: 18_000, hash: 'a3cab01c0e3e9b17b2a63b3cc93d258112f5ad753df1df7bd45e37a5c60814a9' },
      { height: 18_050, hash: 'ef0d4c9e318a952dd45fcb1c867996df309a0fb586811479c08cf18a176a8864' },
      { height: 18_973, hash: '5f3f60fec53ac03434907ca980b5349875822794a4a0b50b78bcf0411d0c95fe' },
      { height: 20_200, hash: '31f84d32e843baa1fd73b0013466c206ad8a783aaaeab61219bcea2475e1d05d' },
      { height: 20_988, hash: '8e022eb85240176a82bac5e9ba5ad7bd05cb43f2073e08c462b1ba1ac012ba42' },
      { height: 24_500, hash: '04a001c98e63b2c1bf3c24d6459f7de2cdfeb37d6cb960e95d9e2b1792748490' },
      { height: 55_450, hash: '5af4c59d0b14183375dc003df956f666e0b20c73e5879f918f5e8fff179e2563' },
    ],
  },
  regtest: {
    network: 'regtest',
    source: 'pinned in windsock-verify: the genesis block of regtest, with nonce 0',
    items: [{ height: 0, hash: '16c47d71c4d05a7cfdf4badbfda7a12ab341df704243bb4df3ab03973ca221a0' }],
  },
}

// "hashPrevBlock 0, hashMerkleRoot …", the same on every network (chain.md 1.2).
const GENESIS_START = `0100000000000000${'00'.repeat(32)}deb352291dd2529937056837c8cfc4c71416067d56a9f19910ea48f92f4f8a2c`

/** The header of the genesis block, 84 bytes in hex: its time, bits and nonce stand at its end. */
export const GENESIS_HEADER: Readonly<Record<NetworkName, string>> = {
  main: `${GENESIS_START}0f2e8452ffff031f760b0000`,
  regtest: `${GENESIS_START}dae5494dffff7f2000000000`,
}

const DISPLAYED_HASH = /^[0-9a-f]{64}$/

/** At a part of a proof. */
export function readCheckpoint(value: unknown, part: string): Checkpoint {
  const fields = fieldsOf(value, part, ['height', 'hash'])
  return {
    height: wholeOf(fields['height'], `${part}.height`, MAX_INT31),
    hash: textOf(fields['hash'], `${part}.hash`, DISPLAYED_HASH),
  }
}

/** The answer of an instance's call `checkpoints`: {network, items: [{height, hash}, …]}, rising. A string says what is wrong. */
export function parseCheckpointList(json: unknown, source: string): CheckpointList | string {
  try {
    const fields = fieldsOf(json, 'checkpoints', ['network', 'items'])
    const network = oneOf(fields['network'], 'checkpoints.network', NETWORKS)
    const items = listOf(fields['items'], 'checkpoints.items', MAX_CHECKPOINTS, readCheckpoint)
    const isRising = items.every(({ height }, at) => at === 0 || height > (items[at - 1]?.height ?? 0))
    return isRising && items.length > 0 ? { network, source, items } : 'checkpoints.items: is no rising list'
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}

export function holdsCheckpoint({ items }: CheckpointList, { height, hash }: Checkpoint): boolean {
  return items.some((one) => one.height === height && one.hash === hash)
}

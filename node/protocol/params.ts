import { hexToBytes } from './bytes.ts'
import { POW_LIMIT } from './compact-target.ts'
import { FIXED_SEEDS } from './fixed-seeds.ts'
import { type Hash256, parseHash, sha256d } from './hash.ts'

export type NetworkName = 'main' | 'regtest'

export interface NetworkParams {
  readonly name: NetworkName
  /** The four bytes in front of every chain message, in wire order. */
  readonly magic: Uint8Array
  /** Port of addresses given without one; a node may listen anywhere (chain.md 1.1, B20). */
  readonly defaultPort: number
  /** 84 bytes. */
  readonly genesisHeader: Uint8Array
  readonly genesisBlock: Uint8Array
  readonly genesisHash: Hash256
  readonly powLimit: bigint
  /** Target of registrations: "a constant of the network (never retargeted)" (chain.md B27). */
  readonly txBits: number
  readonly checkpoints: ReadonlyMap<number, Hash256>
  /** Uncompressed; whose alerts are genuine (chain.md 1.6). */
  readonly alertKey: Uint8Array
  readonly dnsSeeds: readonly string[]
  /** "ip:port". */
  readonly fixedSeeds: readonly string[]
}

/** `checkpoints: false` is twister-core's -checkpoints=0. */
export function networkParams(name: NetworkName, options: { readonly checkpoints: boolean }): NetworkParams {
  return name === 'main' ? mainParams(options.checkpoints) : regtestParams()
}

// The genesis transaction is shared by all networks (chain.md 1.2, chainparams.cpp:200-207).
const GENESIS_TRANSACTION =
  '01000000704c6e5468652054696d65732030392f4a756c2f3230313320476c6f626f206361756768742062726962696e6720526563656974' +
  '61204665646572616c20656d706c6f79656520746f20726f622052243631354d20776f727468207461782065766173696f6e20646f63756d' +
  '656e74732e07066e6f626f64790000000000'
const GENESIS_PREVIOUS_AND_MERKLE_ROOT = `${'00'.repeat(32)}deb352291dd2529937056837c8cfc4c71416067d56a9f19910ea48f92f4f8a2c`

const MAIN_CHECKPOINTS: readonly (readonly [number, string])[] = [
  [121, 'cfdd9b4eb621c93163af7b730b3590b7a90c3d5e233569d76a1c0363527c92ae'],
  [13081, '5125dc1f6a3b8f1c463baf3e078d8af9f1b35aa4b34fb441e3a7ee391f8727c6'],
  [18000, 'a3cab01c0e3e9b17b2a63b3cc93d258112f5ad753df1df7bd45e37a5c60814a9'],
  [18050, 'ef0d4c9e318a952dd45fcb1c867996df309a0fb586811479c08cf18a176a8864'],
  [18973, '5f3f60fec53ac03434907ca980b5349875822794a4a0b50b78bcf0411d0c95fe'],
  [20200, '31f84d32e843baa1fd73b0013466c206ad8a783aaaeab61219bcea2475e1d05d'],
  [20988, '8e022eb85240176a82bac5e9ba5ad7bd05cb43f2073e08c462b1ba1ac012ba42'],
  [24500, '04a001c98e63b2c1bf3c24d6459f7de2cdfeb37d6cb960e95d9e2b1792748490'],
  [55450, '5af4c59d0b14183375dc003df956f666e0b20c73e5879f918f5e8fff179e2563'],
]

// chain.md 1.6, chainparams.cpp:185,273.
const MAIN_ALERT_KEY =
  '04fc9702847840aaf195de8442ebecedf5b095cdbb9bc716bda9110971b28a49e0ead8564ff0db22209e0374782c093bb899692d524e9d6a6956e7' +
  'c5ecbcd68284'
const TEST_ALERT_KEY =
  '04302390343f91cc401d56d68b123028bf52e5fca1939df127f63c6467cdf9c8e2c14b61104cf817d0b780da337893ecc4aaff1309e536162dabbd' +
  'b45200ca2b0a'

// chain.md 1.5, chainparams.cpp:218-225.
const MAIN_DNS_SEEDS = [
  'seed.twister.net.co',
  'dnsseed.gombadi.com',
  'seed2.twister.net.co',
  'seed3.twister.net.co',
  'twisterseed.tk',
  'cruller.tasty.sexy',
  'twister-seeder.muh.freedu.ms',
  'twisterarmyseed.tk',
]

function mainParams(withCheckpoints: boolean): NetworkParams {
  return {
    name: 'main',
    magic: bytesOf('f0dabbd2'),
    defaultPort: 28333,
    ...genesis('0f2e8452', 'ffff031f', '760b0000'),
    powLimit: POW_LIMIT,
    txBits: 0x1e00ffff,
    checkpoints: new Map(withCheckpoints ? MAIN_CHECKPOINTS.map(([height, hash]) => [height, hashOf(hash)]) : []),
    alertKey: bytesOf(MAIN_ALERT_KEY),
    dnsSeeds: MAIN_DNS_SEEDS,
    fixedSeeds: FIXED_SEEDS,
  }
}

// twister-core's own regtest cannot start: its genesis nonce 2 misses its target (chain.md 1.2, B2). Ours is "a devnet
// that equals the patched regtest" with nonce 0 (7.6 R), and never has checkpoints: main's would end it at height 121.
function regtestParams(): NetworkParams {
  return {
    name: 'regtest',
    magic: bytesOf('fabfb5da'),
    defaultPort: 18444,
    ...genesis('dae5494d', 'ffff7f20', '00000000'),
    powLimit: POW_LIMIT,
    txBits: 0x207fffff,
    checkpoints: new Map(),
    alertKey: bytesOf(TEST_ALERT_KEY),
    dnsSeeds: [],
    fixedSeeds: [],
  }
}

function genesis(time: string, bits: string, nonce: string) {
  const header = `0100000000000000${GENESIS_PREVIOUS_AND_MERKLE_ROOT}${time}${bits}${nonce}`
  const genesisHeader = bytesOf(header)
  return {
    genesisHeader,
    genesisBlock: bytesOf(`${header}01${GENESIS_TRANSACTION}`),
    genesisHash: sha256d(genesisHeader),
  }
}

function bytesOf(hex: string): Uint8Array {
  const bytes = hexToBytes(hex)
  if (bytes === undefined) throw new Error(`not hex: ${hex}`)
  return bytes
}

function hashOf(display: string): Hash256 {
  const hash = parseHash(display)
  if (hash === undefined) throw new Error(`not a hash: ${display}`)
  return hash
}

/** Where a node listens. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** A node that has answered us from this address with this id. */
export interface Contact extends Endpoint {
  readonly id: Uint8Array
  /** Milliseconds of the last answer. */
  seen: number
  /** Queries without an answer since then. */
  failures: number
}

export function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.host}:${endpoint.port}`
}

/** Orders ids by XOR distance to a target, nearest first. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < target.length; index++) {
    const byte = target[index] ?? 0
    const difference = ((a[index] ?? 0) ^ byte) - ((b[index] ?? 0) ^ byte)
    if (difference !== 0) return difference
  }
  return 0
}

/** Number of leading bits that two ids share. */
export function sharedPrefixBits(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) ^ (b[index] ?? 0)
    if (difference !== 0) return index * 8 + Math.clz32(difference) - 24
  }
  return a.length * 8
}

/** The first `bits` bits of an IPv4 address, as a map key; other addresses stand for themselves. */
export function subnetOf(host: string, bits: number): string {
  const octets = host.split('.').map(Number)
  if (octets.length !== 4) return host
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  return `${Math.floor(value / 2 ** (32 - bits))}/${bits}`
}

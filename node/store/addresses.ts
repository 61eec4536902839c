import type { Database } from './database.ts'
import { openJsonTable } from './json-table.ts'

/** A chain peer that may be dialled. One port per host, as in twister-core (addrman.cpp:313-376). */
export interface PeerAddress {
  readonly host: string
  readonly port: number
  /** Who told of it first: a neighbourhood of peers, or a seed. */
  readonly source: string
  /** Unix seconds at which somebody last saw it, by its own word or that of others. */
  readonly lastSeen: number
  readonly lastTried: number
  /** 0 if it was never reached. */
  readonly lastConnected: number
  /** Attempts since the last success. */
  readonly failures: number
}

export interface Addresses {
  addresses(): PeerAddress[]
  saveAddresses(addresses: readonly PeerAddress[]): void
}

export function openAddresses(database: Database): Addresses {
  const table = openJsonTable<PeerAddress>(database, 'addresses')
  return {
    // A record of version 0.1 has no source.
    addresses: () => table.all().map((address) => ({ ...address, source: address.source ?? '' })),
    saveAddresses: (addresses) => table.replaceAll(addresses.map((address) => [address.host, address])),
  }
}

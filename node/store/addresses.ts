import type { Database } from './database.ts'
import { openJsonTable } from './json-table.ts'

/** A chain peer that may be dialled. One port per host, as in twister-core (addrman.cpp:313-376). */
export interface PeerAddress {
  readonly host: string
  readonly port: number
  /** Unix seconds at which somebody last saw it, by its own word or that of others. */
  readonly lastSeen: number
  readonly lastTried: number
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
    addresses: () => table.all(),
    saveAddresses: (addresses) => table.replaceAll(addresses.map((address) => [address.host, address])),
  }
}

import type { Database } from './database.ts'
import { openJsonTable } from './json-table.ts'

export interface DhtContact {
  readonly host: string
  readonly port: number
  /** 40 hex digits; absent while it never answered. */
  readonly id?: string
  /** Unix seconds of its last answer. */
  readonly lastSeen: number
}

/** The DHT's routing table, from the last time it was saved. */
export interface Contacts {
  contacts(): DhtContact[]
  saveContacts(contacts: readonly DhtContact[]): void
}

export function openContacts(database: Database): Contacts {
  const table = openJsonTable<DhtContact>(database, 'dht-contacts')
  return {
    contacts: () => table.all(),
    saveContacts: (contacts) =>
      table.replaceAll(contacts.map((contact) => [`${contact.host} ${contact.port}`, contact])),
  }
}

import { type NodeParts, nodeInventory, nodeStatus } from './node-status.ts'
import type { Publisher } from './outbox/publish.ts'

const STATUS_MS = 2_000
/** For so many users; with more of them there is more to say, less often. */
const INVENTORY_MS = 5_000
const USERS_PER_INTERVAL = 1_000
/** What changed is told together. */
const SOON_MS = 200

export interface Report {
  /** Nothing is told before. */
  start(parts: NodeParts): void
  /** Who is followed has changed. */
  inventorySoon(): void
  /** A fetch on demand has got on. */
  fetchesSoon(): void
  close(): Promise<void>
}

/** Tells the index every few seconds how the node is. */
export function openReport(publisher: Publisher): Report {
  let parts: NodeParts | undefined
  let status: NodeJS.Timeout | undefined
  let inventory: NodeJS.Timeout | undefined
  let fetches: NodeJS.Timeout | undefined

  /** Users of whose numbers a part was told. */
  const told = new Map<string, number>()

  function tellInventory(): void {
    if (parts === undefined) return
    const rows = nodeInventory(parts, told)
    void publisher.publishInventory(rows)
    const waitMs = INVENTORY_MS * Math.max(1, rows.length / USERS_PER_INTERVAL)
    inventory = setTimeout(tellInventory, waitMs)
    fetchesSoon()
  }

  function tellStatus(): void {
    if (parts === undefined) return
    void publisher.publishStatus(nodeStatus(parts))
    status = setTimeout(tellStatus, STATUS_MS)
  }

  function fetchesSoon(): void {
    fetches ??= setTimeout(tellFetches, SOON_MS)
  }

  function tellFetches(): void {
    fetches = undefined
    const rows = parts?.fetches.rows() ?? []
    if (rows.length > 0) void publisher.publishFetches(rows)
  }

  return {
    start: (opened) => {
      parts = opened
      status = setTimeout(tellStatus, SOON_MS)
      inventory = setTimeout(tellInventory, SOON_MS)
    },
    inventorySoon: () => {
      clearTimeout(inventory)
      inventory = setTimeout(tellInventory, SOON_MS)
    },
    fetchesSoon,
    close: async () => {
      parts = undefined
      clearTimeout(status)
      clearTimeout(inventory)
      clearTimeout(fetches)
    },
  }
}

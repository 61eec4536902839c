import type { Transaction } from '../client.ts'
import type { Change, ChangeMessage } from '../schema/change.ts'
import { CHANGED_CHANNEL } from '../schema/channels.ts'

/** "The payload must be shorter than 8000 bytes" (PostgreSQL, NOTIFY). */
const MAX_PAYLOAD_BYTES = 7_500
const MAX_MESSAGES = 20
const LISTS = ['users', 'authors', 'posts', 'tags'] as const

/** Tells the sites what changed, when the transaction commits. */
export async function notifyChanged(tx: Transaction, message: Partial<Change> | ChangeMessage): Promise<void> {
  const payloads = message.kind === 'many' || message.kind === 'hidden' ? [{ kind: message.kind }] : messagesOf(message)
  if (payloads.length === 0) return
  const texts = payloads.map((payload) => JSON.stringify(payload))
  await tx`SELECT pg_notify(${CHANGED_CHANNEL}, payload) FROM unnest(${texts}::text[]) AS payload`
}

/** In as many messages as their size needs, unless that is too many. */
export function messagesOf(change: Partial<Change>): ChangeMessage[] {
  const messages: Change[] = []
  let current: Change = empty()
  let sizeBytes = 0
  for (const list of LISTS) {
    for (const name of new Set(change[list])) {
      const nameBytes = Buffer.byteLength(JSON.stringify(name)) + 1
      if (sizeBytes > 0 && sizeBytes + nameBytes > MAX_PAYLOAD_BYTES) {
        messages.push(current)
        current = empty()
        sizeBytes = 0
      }
      current[list].push(name)
      sizeBytes += nameBytes
    }
  }
  if (sizeBytes > 0) messages.push(current)
  return messages.length > MAX_MESSAGES ? [{ kind: 'many' }] : messages
}

function empty(): Change {
  return { kind: 'some', users: [], authors: [], posts: [], tags: [] }
}

import type { Log } from '../log.ts'
import { parseNodeId, type QueueConfig } from './item.ts'
import { CONTROL_WAITING, CURSOR_QUEUES } from './limits.ts'
import { QueueServer } from './queue-server.ts'

/** What the indexer and the command line tell the node. Usernames are checked by the receiver. */
export type ControlMessage =
  | { kind: 'follow'; username: string }
  | { kind: 'unfollow'; username: string }
  /** Fetch a user who is not followed: his newest posts, or one post. */
  | { kind: 'fetch'; username: string; k?: number }
  /** All of this node's outbox up to and including `cursor` is durable in the index. */
  | { kind: 'cursor'; nodeId: string; cursor: number }
  /** Send everything after `cursor` again. */
  | { kind: 'resend'; nodeId: string; cursor: number }

export const CONTROL_QUEUE = 'windsock-control'

export function cursorQueue(nodeId: string): string {
  return `windsock-cursor-${nodeId}`
}

export function parseControlMessage(json: unknown): ControlMessage | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const member = new Map<string, unknown>(Object.entries(json))
  const kind = member.get('kind')
  switch (kind) {
    case 'follow':
    case 'unfollow':
    case 'fetch': {
      const username = member.get('username')
      if (typeof username !== 'string' || username.length > 64) return undefined
      if (kind !== 'fetch') return { kind, username }
      const k = member.get('k')
      return isCount(k) ? { kind, username, k } : { kind, username }
    }
    case 'cursor':
    case 'resend': {
      const nodeId = parseNodeId(member.get('nodeId'))
      const cursor = member.get('cursor')
      return nodeId !== undefined && isCount(cursor) ? { kind, nodeId, cursor } : undefined
    }
    default:
      return undefined
  }
}

export interface ControlSender {
  /** Throws QueueAway when the queue server does not answer. */
  send(message: ControlMessage): Promise<void>
  close(): Promise<void>
}

export function openControlSender(options: { connection: QueueConfig; log: Log }): ControlSender {
  return controlSender(new QueueServer(options.connection, options.log))
}

export function controlSender(server: QueueServer): ControlSender {
  const nodes: string[] = []
  return {
    send: async (message) => {
      if (message.kind === 'cursor' || message.kind === 'resend') {
        await server.sendLatest(cursorQueue(message.nodeId), message)
        if (!nodes.includes(message.nodeId)) nodes.push(message.nodeId)
        // A node that is gone must not hold connections.
        if (nodes.length > CURSOR_QUEUES) await server.forget(cursorQueue(nodes.shift() ?? ''))
        return
      }
      if ((await server.waiting(CONTROL_QUEUE)) >= CONTROL_WAITING) {
        throw new Error(`${CONTROL_WAITING} messages already wait for a node`)
      }
      await server.send(CONTROL_QUEUE, message)
    },
    close: () => server.close(),
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

import type { Log } from '../log.ts'
import { parseNodeId, type QueueConfig } from './item.ts'
import {
  CONTROL_NAMES,
  CONTROL_WAITING,
  CONTROL_WAITING_VISITORS,
  CURSOR_QUEUES,
  MAX_NAME_LENGTH,
  REPAIRS_WAITING,
} from './limits.ts'
import { QueueServer } from './queue-server.ts'
import { encodeRepair, parseRepair, type RepairMessage } from './repair-message.ts'

/** What the indexer and the command line tell the node. Usernames are checked by the receiver. */
export type ControlMessage =
  | { kind: 'follow'; usernames: string[] }
  | { kind: 'unfollow'; usernames: string[] }
  /** Fetch what there is of a user who is not followed, once: for the operator, or for a visitor of the site. */
  | { kind: 'fetch'; username: string; asker: 'operator' | 'visitor' }
  /** All of this node's outbox up to and including `cursor` is durable in the index. */
  | { kind: 'cursor'; nodeId: string; cursor: number }
  /** Send everything after `cursor` again. */
  | { kind: 'resend'; nodeId: string; cursor: number }
  | RepairMessage

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
    case 'unfollow': {
      const usernames: unknown = member.get('usernames')
      if (!Array.isArray(usernames) || usernames.length > CONTROL_NAMES || !usernames.every(isName)) return undefined
      return { kind, usernames }
    }
    case 'fetch': {
      const username = member.get('username')
      const asker = member.get('asker')
      if (!isName(username) || (asker !== 'operator' && asker !== 'visitor')) return undefined
      return { kind, username, asker }
    }
    case 'cursor':
    case 'resend': {
      const nodeId = parseNodeId(member.get('nodeId'))
      const cursor = member.get('cursor')
      return nodeId !== undefined && isCount(cursor) ? { kind, nodeId, cursor } : undefined
    }
    case 'repair':
      return parseRepair(member)
    default:
      return undefined
  }
}

/** So many messages wait that no more are taken. */
export class ControlFull extends Error {}

export interface ControlSender {
  /** Throws QueueAway when the queue server does not answer, and ControlFull. */
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
      if ('nodeId' in message) {
        if (message.kind === 'repair') await sendRepair(server, cursorQueue(message.nodeId), message)
        else await server.sendLatest(cursorQueue(message.nodeId), message)
        if (!nodes.includes(message.nodeId)) nodes.push(message.nodeId)
        // A node that is gone must not hold connections.
        if (nodes.length > CURSOR_QUEUES) await server.forget(cursorQueue(nodes.shift() ?? ''))
        return
      }
      const isVisitor = message.kind === 'fetch' && message.asker === 'visitor'
      const waiting = await server.waiting(CONTROL_QUEUE)
      if (waiting >= (isVisitor ? CONTROL_WAITING_VISITORS : CONTROL_WAITING)) {
        throw new ControlFull(`${waiting} messages already wait for the node`)
      }
      await server.send(CONTROL_QUEUE, message)
    },
    close: () => server.close(),
  }
}

/** Beside the cursors, and never so many that these would be dropped for them: what is not sent is found missing again. */
async function sendRepair(server: QueueServer, queue: string, message: RepairMessage): Promise<void> {
  const waiting = await server.waiting(queue)
  if (waiting >= REPAIRS_WAITING) throw new ControlFull(`${waiting} messages already wait for node ${message.nodeId}`)
  await server.send(queue, encodeRepair(message))
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

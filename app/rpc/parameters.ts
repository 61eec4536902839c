import { RPC_CODES, RpcError } from './rpc-error.ts'

/** Parameters of a call, by position; what is beyond the last one is undefined. */
export type RpcParameters = readonly unknown[]

const INT_MAX = 2 ** 31 - 1
/** PostgreSQL's text cannot hold U+0000; the others are halves of a character. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** "Any C++ exception in a call (usage text, wrong JSON type) → code −1" (chain.md 8.1). */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replace(UNSTORABLE, '\ufffd')
  throw wrongType(value, 'str')
}

/** Beyond 32 bits the reference's numbers wrap; here they end there. */
export function integerOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return Math.max(-INT_MAX - 1, Math.min(INT_MAX, value))
  throw wrongType(value, 'int')
}

export function booleanOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw wrongType(value, 'bool')
}

export function arrayOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrongType(value, 'array')
}

export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value))
  throw wrongType(value, 'obj')
}

/** How many items are asked for, no more than `max`; a negative count is none. */
export function countOf(value: unknown, max: number): number {
  return Math.max(0, Math.min(max, integerOf(value)))
}

/** Post numbers asked for: "max_id inclusive, since_id exclusive" (dht-swarm-posts.md 6.2). */
export interface IdRange {
  maxId: number
  sinceId: number
}

export function idRangeOf(members: ReadonlyMap<string, unknown>): IdRange {
  const maxId = members.get('max_id')
  const sinceId = members.get('since_id')
  return {
    maxId: maxId === undefined ? INT_MAX : integerOf(maxId),
    sinceId: sinceId === undefined ? -1 : integerOf(sinceId),
  }
}

function wrongType(value: unknown, expected: string): RpcError {
  return new RpcError(RPC_CODES.misc, `value is type ${typeName(value)}, expected ${expected}`)
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'obj'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  return Number.isInteger(value) ? 'int' : 'real'
}

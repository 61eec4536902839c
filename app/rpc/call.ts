import type { Reader } from '../../db/queries/reader.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import type { Json } from './json.ts'
import type { RpcParameters } from './parameters.ts'

/** What every call may use. */
export interface RpcContext {
  reader: Reader
  clock: Clock
}

export interface RpcCall {
  /** The parameters as `help` shows them, such as `<hash> [verbose=true]`. */
  parameters: string
  /** What it answers, in a sentence or two. */
  about: string
  /** How many parameters it takes, at least and at most. */
  arity: readonly [least: number, most: number]
  run(context: RpcContext, parameters: RpcParameters): Promise<Json>
}

/** Calls by name. */
export type RpcCalls = Readonly<Record<string, RpcCall>>

/** Codes of errors, in the reference's words (chain.md 8.1, bitcoinrpc.h:36-68). */
export const RPC_CODES = {
  misc: -1,
  invalidAddressOrKey: -5,
  invalidParameter: -8,
  deserialization: -22,
  forbiddenOnPublicServer: -23,
  timeout: -24,
  resourceBusy: -25,
  invalidRequest: -32600,
  methodNotFound: -32601,
  internal: -32603,
  parse: -32700,
} as const

export type RpcCode = (typeof RPC_CODES)[keyof typeof RPC_CODES]

/** An error that is told to the caller, with its code. */
export class RpcError extends Error {
  readonly code: RpcCode

  constructor(code: RpcCode, message: string) {
    super(message)
    this.code = code
  }
}

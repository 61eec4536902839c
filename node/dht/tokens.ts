import { randomBytes } from 'node:crypto'
import { bytesEqual } from '../protocol/bytes.ts'
import type { Target } from '../protocol/dht-target.ts'
import { dhtToken } from '../protocol/dht-token.ts'
import { TOKEN_ROTATION_MS, TOKEN_SECRET_BYTES } from './limits.ts'

/**
 * Write tokens: "secret rotates every 5 min, current and previous accepted => a token lives 5–10 min" (spec 2.7).
 * Minutes of this process, not of the chain's clock: peers can move that one. The reference's secret has 4 bytes, which
 * can be found by trying from two tokens; ours is longer, and nobody can tell.
 */
export class Tokens {
  readonly #nowMs: () => number
  #current = randomBytes(TOKEN_SECRET_BYTES)
  #previous = randomBytes(TOKEN_SECRET_BYTES)
  #rotatedAtMs: number

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
    this.#rotatedAtMs = nowMs()
  }

  issue(host: string, target: Target): Uint8Array {
    this.#rotate()
    return dhtToken(host, this.#current, target)
  }

  isValid(token: Uint8Array, host: string, target: Target): boolean {
    this.#rotate()
    return [this.#current, this.#previous].some((secret) => bytesEqual(token, dhtToken(host, secret, target)))
  }

  #rotate(): void {
    const nowMs = this.#nowMs()
    const ageMs = nowMs - this.#rotatedAtMs
    if (ageMs < TOKEN_ROTATION_MS) return
    this.#previous = ageMs < 2 * TOKEN_ROTATION_MS ? this.#current : randomBytes(TOKEN_SECRET_BYTES)
    this.#current = randomBytes(TOKEN_SECRET_BYTES)
    this.#rotatedAtMs = nowMs
  }
}

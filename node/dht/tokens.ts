import { randomBytes } from 'node:crypto'
import { bytesEqual } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Target } from '../protocol/dht-target.ts'
import { dhtToken } from '../protocol/dht-token.ts'
import { TOKEN_ROTATION_SECONDS } from './limits.ts'

/** Write tokens: "secret rotates every 5 min, current and previous accepted => a token lives 5–10 min" (spec 2.7). */
export class Tokens {
  readonly #clock: Clock
  #current = randomSecret()
  #previous = randomSecret()
  #rotatedAt: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#rotatedAt = clock.now()
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
    const age = this.#clock.now() - this.#rotatedAt
    if (age < TOKEN_ROTATION_SECONDS) return
    this.#previous = age < 2 * TOKEN_ROTATION_SECONDS ? this.#current : randomSecret()
    this.#current = randomSecret()
    this.#rotatedAt = this.#clock.now()
  }
}

function randomSecret(): number {
  return randomBytes(4).readUInt32LE()
}

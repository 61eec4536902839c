import { Worker } from 'node:worker_threads'
import type { Log } from '../../node/log.ts'
import { CLAIMS_FOR_THREADS, SIGNERS_REMEMBERED } from '../limits.ts'
import { type Claim, recoverClaim } from './claim.ts'
import { noteAnswer, recoverJob } from './recover-job.ts'
import { SignerCache } from './signer-cache.ts'

export interface Recoverer {
  /** Recovers who signed each claim. */
  recover(claims: readonly Claim[]): Promise<void>
  close(): Promise<void>
}

/** With so many threads, started when first needed; with none, or when one breaks, everything happens on this one. */
export function openRecoverer({ threads, log }: { threads: number; log: Log }): Recoverer {
  const cache = new SignerCache(SIGNERS_REMEMBERED)
  const pool: RecoverThread[] = []
  let wanted = threads

  async function recoverAside(claims: readonly Claim[]): Promise<void> {
    while (pool.length < wanted) pool.push(new RecoverThread())
    const share = Math.ceil(claims.length / pool.length)
    await Promise.all(pool.map((thread, i) => thread.recover(claims.slice(i * share, (i + 1) * share))))
  }

  return {
    recover: async (claims) => {
      const { missing, repeated } = cache.fill(claims)
      try {
        if (wanted === 0 || missing.length < CLAIMS_FOR_THREADS) for (const claim of missing) recoverClaim(claim)
        else await recoverAside(missing)
      } catch (error) {
        log.error({ err: error }, 'a thread that recovers signers has ended; going on without')
        wanted = 0
        await Promise.all(pool.splice(0).map((thread) => thread.close()))
        for (const claim of missing) recoverClaim(claim)
      }
      cache.note(missing)
      cache.fill(repeated)
    },
    close: async () => {
      wanted = 0
      await Promise.all(pool.splice(0).map((thread) => thread.close()))
    },
  }
}

interface Job {
  claims: readonly Claim[]
  resolve(): void
  reject(error: Error): void
}

/** Takes its jobs one after the other. */
class RecoverThread {
  readonly #jobs: Job[] = []
  readonly #worker = new Worker(new URL('./recover-thread.mjs', import.meta.url), { execArgv: [], name: 'signers' })
  #failure: Error | undefined

  constructor() {
    this.#worker.on('message', (answer: Uint8Array) => this.#finish(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread has ended')))
  }

  recover(claims: readonly Claim[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      if (claims.length === 0) return resolve()
      const job = recoverJob(claims)
      this.#jobs.push({ claims, resolve, reject })
      this.#worker.postMessage(job, [job.messages.buffer, job.ends.buffer, job.signatures.buffer])
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #finish(answer: Uint8Array): void {
    const job = this.#jobs.shift()
    if (job === undefined) return
    noteAnswer(job.claims, answer)
    job.resolve()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const job of this.#jobs.splice(0)) job.reject(this.#failure)
  }
}

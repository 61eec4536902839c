import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { HEADER_BYTES } from '../protocol/block.ts'
import { concatBytes } from '../protocol/bytes.ts'
import { type Hash256, hash256 } from '../protocol/hash.ts'
import { MAX_WORK_THREADS } from './limits.ts'

const HASH_BYTES = 32

/** Threads that do nothing but scrypt; each takes its jobs one after the other. Started when first needed. */
export interface WorkThreads {
  readonly count: number
  /** The proof-of-work hashes of these headers' bytes, in order. */
  hash(headers: readonly Uint8Array[]): Promise<Hash256[]>
  close(): Promise<void>
}

export function openWorkThreads(): WorkThreads {
  // One processor stays with the thread that checks bodies: both take about as long, and can do so at the same time.
  const count = Math.max(1, Math.min(MAX_WORK_THREADS, availableParallelism() - 1))
  const threads: WorkThread[] = []

  function leastBusy(): WorkThread {
    const idle = threads.find((thread) => thread.jobs === 0)
    if (idle !== undefined) return idle
    if (threads.length < count) {
      const started = new WorkThread()
      threads.push(started)
      return started
    }
    return threads.reduce((least, thread) => (thread.jobs < least.jobs ? thread : least))
  }

  return {
    count,
    hash: async (headers) => {
      const hashes = await leastBusy().run(concatBytes(...headers))
      return headers.map((_, index) => {
        const hash = hash256(hashes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES))
        if (hash === undefined) throw new Error(`${headers.length} headers of ${HEADER_BYTES} bytes were not hashed`)
        return hash
      })
    },
    close: async () => void (await Promise.all(threads.splice(0).map((thread) => thread.close()))),
  }
}

interface Job {
  resolve(hashes: Uint8Array): void
  reject(error: Error): void
}

class WorkThread {
  readonly #jobs: Job[] = []
  readonly #worker: Worker

  constructor() {
    this.#worker = new Worker(new URL('./work-thread.mjs', import.meta.url), { execArgv: [], name: 'work' })
    this.#worker.on('message', (hashes: Uint8Array) => this.#next().resolve(hashes))
    // A thread that cannot start or breaks is a broken invariant of our own: whoever waits ends the process.
    this.#worker.on('error', (error) => this.#failAll(error))
    this.#worker.on('exit', () => this.#failAll(new Error('a thread that hashes headers has ended')))
    this.#worker.unref()
  }

  get jobs(): number {
    return this.#jobs.length
  }

  run(headers: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      // While it works the process has something to wait for.
      if (this.#jobs.length === 0) this.#worker.ref()
      this.#jobs.push({ resolve, reject })
      this.#worker.postMessage(headers)
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #next(): Job {
    const job = this.#jobs.shift()
    if (job === undefined) throw new Error('hashes that nobody asked for')
    if (this.#jobs.length === 0) this.#worker.unref()
    return job
  }

  #failAll(error: Error): void {
    for (const job of this.#jobs.splice(0)) job.reject(error)
  }
}

import { setTimeout as delay } from 'node:timers/promises'

/** Something that runs beside us and can be stopped: a child process, or the embedded database. */
export interface Part {
  name: string
  pid: number
  /** How it ended, asked or not. */
  exited: Promise<string>
  stop(patienceMs: number): Promise<void>
}

export interface RestartPolicy {
  firstDelayMs: number
  maxDelayMs: number
  /** So many ends within the window are one too many. */
  maxEnds: number
  windowMs: number
}

export const RESTART_POLICY: RestartPolicy = { firstDelayMs: 250, maxDelayMs: 8_000, maxEnds: 5, windowMs: 60_000 }

export interface SupervisorOptions {
  policy?: RestartPolicy
  onRestart(name: string, how: string, inMs: number): void
}

export interface Supervisor {
  /** Starts a part, and again whenever it ends unasked. Rejects when the very first start fails. */
  keep(name: string, start: () => Promise<Part>, patienceMs: number): Promise<Part>
  /** Resolves with the name of the part that ended too often, and how. */
  gaveUp: Promise<{ name: string; how: string }>
  parts(): { name: string; pid: number | undefined; restarts: number }[]
  /** Stops the parts, the last started first. */
  close(): Promise<void>
}

interface Kept {
  name: string
  start: () => Promise<Part>
  patienceMs: number
  part: Part | undefined
  restarts: number
  endedAt: number[]
  /** Settles when the watch over it has ended, and nothing of it runs. */
  watched: Promise<void>
}

export function openSupervisor(options: SupervisorOptions): Supervisor {
  const policy = options.policy ?? RESTART_POLICY
  const kept: Kept[] = []
  const closing = new AbortController()
  let giveUp: (reason: { name: string; how: string }) => void = () => undefined
  const gaveUp = new Promise<{ name: string; how: string }>((done) => {
    giveUp = done
  })

  async function watch(one: Kept, first: Part): Promise<void> {
    let part: Part | undefined = first
    while (part !== undefined) {
      const how = await part.exited
      one.part = undefined
      if (closing.signal.aborted) return
      part = await restart(one, how)
    }
  }

  async function restart(one: Kept, firstHow: string): Promise<Part | undefined> {
    let how = firstHow
    for (;;) {
      const now = performance.now()
      one.endedAt = [...one.endedAt.filter((at) => now - at < policy.windowMs), now]
      if (one.endedAt.length >= policy.maxEnds) {
        giveUp({ name: one.name, how })
        return undefined
      }
      const waitMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (one.endedAt.length - 1))
      options.onRestart(one.name, how, waitMs)
      await delay(waitMs, undefined, { signal: closing.signal }).catch(() => undefined)
      if (closing.signal.aborted) return undefined
      one.restarts++
      try {
        return await begin(one)
      } catch (error) {
        how = error instanceof Error ? error.message : String(error)
      }
    }
  }

  /** A part that comes up while everything is being stopped is stopped like the others. */
  async function begin(one: Kept): Promise<Part> {
    const part = await one.start()
    one.part = part
    if (closing.signal.aborted) await part.stop(one.patienceMs)
    return part
  }

  return {
    gaveUp,
    async keep(name, start, patienceMs) {
      closing.signal.throwIfAborted()
      const one: Kept = {
        name,
        start,
        patienceMs,
        part: undefined,
        restarts: 0,
        endedAt: [],
        watched: Promise.resolve(),
      }
      kept.push(one)
      const starting = begin(one)
      one.watched = starting.then(
        (part) => watch(one, part),
        () => undefined,
      )
      return starting
    },
    parts: () => kept.map(({ name, part, restarts }) => ({ name, pid: part?.pid, restarts })),
    async close() {
      closing.abort()
      for (const one of kept.toReversed()) {
        await one.part?.stop(one.patienceMs)
        await one.watched
      }
    },
  }
}

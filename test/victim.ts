import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Resource } from '../node/protocol/dht-target.ts'
import type { VictimQuestion, VictimSettings, VictimStatus } from './victim-process.ts'

export interface Victim {
  readonly host: string
  readonly port: number
  /** Answered by the process itself: a node that is stuck has no answer. */
  status(): Promise<VictimStatus>
  /** The values that it finds in the DHT, as text. */
  get(resource: Resource): Promise<string[]>
  follow(username: string): Promise<unknown>
  close(): Promise<void>
}

/** Opens a node to be attacked, in a process of its own. */
export async function openVictim(settings: Omit<VictimSettings, 'path'>): Promise<Victim> {
  const path = mkdtempSync(join(tmpdir(), 'windsock-victim-'))
  const script = fileURLToPath(new URL('./victim-process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify({ ...settings, path })], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const answer = (): Promise<unknown[]> =>
    Promise.race([
      once(child, 'message'),
      exited.then(([code]) => {
        throw new Error(`the node ended with ${code}`)
      }),
    ])
  await answer()
  let turn: Promise<unknown> = Promise.resolve()
  // One question at a time: answers carry nothing to tell them apart by.
  const ask = <T>(question: VictimQuestion): Promise<T> => {
    const next = turn.then(async () => {
      const answered = answer()
      child.send(question)
      const [message] = await answered
      return message as T
    })
    turn = next.catch(() => undefined)
    return next
  }
  return {
    host: settings.host,
    port: settings.port,
    status: () => ask('status'),
    get: (resource) => ask(resource),
    follow: (username) => ask({ follow: username }),
    close: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await exited
      }
      rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

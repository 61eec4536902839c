import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiBenchOptions } from './measure.ts'
import { usageOf } from './process-usage.ts'

const PROJECT = join(import.meta.dirname, '..')
const START_MS = 30_000

/** The site as the launcher starts it, with its pages. */
export interface SiteUnderLoad {
  port: number
  /** Milliseconds of CPU so far. */
  cpuMs(): number
  end(): Promise<void>
}

export async function startSiteUnderLoad({ readUrl, endTime }: ApiBenchOptions): Promise<SiteUnderLoad> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/_server/main.ts'], {
    cwd: PROJECT,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      WINDSOCK_PORT: String(port),
      WINDSOCK_DATABASE_URL_READ: readUrl,
      WINDSOCK_CLOCK: String(endTime + 600),
      WINDSOCK_LOG: 'error',
      WINDSOCK_REQUESTS_PER_MINUTE: '0',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { pid } = child
  if (pid === undefined) throw new Error('the site could not be started')
  for (let ms = 0; !(await isUp(port)); ms += 100) {
    if (child.exitCode !== null || ms > START_MS) throw new Error('the site did not come up; is it built?')
    await delay(100)
  }
  return {
    port,
    cpuMs: () => usageOf(pid).cpu_s * 1000,
    end: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function isUp(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (response) => response.ok,
    () => false,
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, freePort } from './services.ts'

const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const BUILD_ID = join(PROJECT, '.next/BUILD_ID')
const SOURCES = ['app', 'db/queries', 'node/protocol', 'next.config.ts']

/** Builds the site unless the build that is there is newer than everything it was made of. */
export function buildSite(): void {
  if (existsSync(BUILD_ID) && statSync(BUILD_ID).mtimeMs > Math.max(...SOURCES.map((path) => newest(path)))) return
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const }
  const built = spawnSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: PROJECT, env })
  if (built.status !== 0) throw new Error(`the site does not build: ${built.stdout} ${built.stderr}`)
}

function newest(path: string): number {
  const full = join(PROJECT, path)
  const stat = statSync(full)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(full).map((name) => newest(join(path, name))))
}

export interface SiteProcess {
  url: string
  port: number
  /** Everything it said, on both streams. */
  output(): { stdout: string; stderr: string }
  exited: Promise<number | null>
  child: ChildProcess
  close(): Promise<void>
}

/** The site as the launcher starts it, on a port of its own. */
export async function startSite(env: Record<string, string>): Promise<SiteProcess> {
  const port = await freePort()
  const site = spawnSite({ WINDSOCK_PORT: String(port), ...env })
  const url = `http://127.0.0.1:${port}`
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    )
  await Promise.race([
    eventually(isUp, Boolean),
    site.exited.then((code) => {
      throw new Error(`the site ended with ${code}: ${site.output().stderr}`)
    }),
  ])
  return { ...site, url, port }
}

export function spawnSite(env: Record<string, string>): Omit<SiteProcess, 'url' | 'port'> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/_server/main.ts'], {
    cwd: PROJECT,
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exited = once(child, 'exit').then(([code]): number | null => (typeof code === 'number' ? code : null))
  return {
    child,
    exited,
    output: () => ({ stdout, stderr }),
    close: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

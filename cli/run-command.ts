import { spawn } from 'node:child_process'
import { signalGroup } from './run-file.ts'

const LAST_WORDS_MS = 10_000

export interface CommandOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  timeoutMs: number
}

/** Runs a program that talks to the terminal itself; its exit code, 1 when a signal or the time-out ended it. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<number> {
  return new Promise((done) => {
    // In a group of its own, so that its children end with it.
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    })
    const end = (signal: NodeJS.Signals) => child.pid !== undefined && signalGroup(child.pid, signal)
    // Asked first: what it has found so far is worth reading.
    const asked = setTimeout(() => end('SIGINT'), options.timeoutMs)
    const killed = setTimeout(() => end('SIGKILL'), options.timeoutMs + LAST_WORDS_MS)
    const finish = (code: number) => {
      clearTimeout(asked)
      clearTimeout(killed)
      process.off('SIGINT', end).off('SIGTERM', end)
      end('SIGKILL')
      done(code)
    }
    process.on('SIGINT', end).on('SIGTERM', end)
    child.once('error', () => finish(1))
    child.once('exit', (code) => finish(code ?? 1))
  })
}

/** Our environment without what configures a Windsock: tests must not reach for somebody's database. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  for (const name of Object.keys(env))
    if (name.startsWith('WINDSOCK_') || ['DATABASE_URL', 'REDIS_URL', 'NODE_ENV'].includes(name)) delete env[name]
  return env
}

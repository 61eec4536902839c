import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runCommand } from './run-command.ts'
import type { Terminal } from './terminal.ts'

const INSTALL_MS = 8 * 60_000

/** What the tests need beside npm's packages, by Debian's names. */
const NEEDED = [
  { package: 'chromium', commands: ['chromium', 'chromium-browser', 'google-chrome'] },
  { package: 'redis-server', commands: ['redis-server'] },
] as const

/** Installs what is missing where that is allowed; else the sentence that says what to install. */
export async function ensureSystemPackages(root: string, terminal: Terminal): Promise<string | undefined> {
  const missing = missingPackages()
  if (missing.length === 0) return undefined
  const names = missing.join(' and ')
  if (!mayInstall()) return `the tests need ${names}; install it (on Debian: apt-get install ${missing.join(' ')})`
  terminal.say(`== installing ${names}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { cwd: root, env, timeoutMs: INSTALL_MS }
  await runCommand('apt-get', ['update', '-qq'], options)
  await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options)
  const still = missingPackages()
  return still.length === 0
    ? undefined
    : `${still.join(' and ')} could not be installed; what apt-get says stands above`
}

function missingPackages(): string[] {
  return NEEDED.filter(({ commands }) => !commands.some(isCommand)).map((needed) => needed.package)
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && isCommand('apt-get')
}

function isCommand(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

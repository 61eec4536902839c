import { spawnSync } from 'node:child_process'
import { chownSync, lchownSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const NOBODY = 65534

/** How to run a PostgreSQL program here: with which words before it, and as whom. */
export interface PostgresUser {
  prefix: readonly string[]
  uid?: number
  gid?: number
}

/**
 * PostgreSQL refuses to run as root. So root hands the folder to user 65534 and runs it as that user; where a parent
 * folder is closed to that user (0700 /root), it keeps the one capability that passes it.
 */
export function postgresUser(dataDir: string, program: string): PostgresUser {
  if (process.getuid?.() !== 0) return { prefix: hasSetpriv() ? ['setpriv', '--pdeathsig', 'INT'] : [] }
  const isReachable = canReach(dirname(dataDir)) && canReach(dirname(program))
  if (!hasSetpriv()) {
    if (isReachable) return { prefix: [], uid: NOBODY, gid: NOBODY }
    throw new Error(
      `PostgreSQL refuses to run as root, and user ${NOBODY} cannot reach ${dataDir}: ` +
        'run as another user, install setpriv (util-linux), choose another --data folder, or set DATABASE_URL',
    )
  }
  const prefix = ['setpriv', '--pdeathsig', 'INT', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  if (!isReachable) prefix.push('--inh-caps=+dac_override', '--ambient-caps=+dac_override')
  return { prefix }
}

/** Gives the folder and all in it to the user that PostgreSQL runs as; nothing to do unless root. */
export function giveToPostgresUser(path: string): void {
  if (process.getuid?.() !== 0) return
  const owner = statSync(path).uid
  chownSync(path, NOBODY, NOBODY)
  // A folder that already belongs to it was given entirely, and a database has many files.
  if (owner !== NOBODY) chownChildren(path)
}

function chownChildren(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    lchownSync(child, NOBODY, NOBODY)
    if (entry.isDirectory()) chownChildren(child)
  }
}

/** True when every folder from the root down lets any user pass. */
function canReach(path: string): boolean {
  const parent = dirname(path)
  return (statSync(path).mode & 0o001) !== 0 && (parent === path || canReach(parent))
}

let setprivFound: boolean | undefined

/** With --pdeathsig the database ends with its parent, even when the parent is killed. */
function hasSetpriv(): boolean {
  setprivFound ??= spawnSync('setpriv', ['--pdeathsig', 'INT', 'true'], { stdio: 'ignore' }).status === 0
  return setprivFound
}

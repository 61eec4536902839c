import {
  hasForeignTrigrams,
  type RoleFacts,
  roleFacts,
  type ServerFacts,
  serverFacts,
} from '../../db/queries/health.ts'
import { openReader, type Reader } from '../../db/queries/reader.ts'
import { bad, type Finding, good, note, reasonOf } from './finding.ts'
import { CLOCK_SKEW_S, CONNECTIONS_NOTE_SHARE, MIN_POSTGRES } from './limits.ts'

const AREA = 'database'
const READ_ROLE = 'windsock_read'
const EXTENSIONS = ['unaccent', 'pg_trgm'] as const

/** The server and what it must be able to do. `now` in unix seconds. */
export async function checkDatabase(sql: Reader, now: number): Promise<Finding[]> {
  const facts = await serverFacts(sql)
  if (facts === undefined) return []
  const findings = [...judgeServer(facts, now)]
  const missing = EXTENSIONS.filter((name) => !facts.installed.includes(name))
  for (const name of missing) {
    findings.push(bad(AREA, `the extension ${name} is missing: install PostgreSQL's contrib package, then start again`))
  }
  if (!missing.includes('pg_trgm') && !(await hasForeignTrigrams(sql))) {
    findings.push(
      bad(AREA, 'letters outside ASCII have no trigrams: make the database anew with a UTF-8 locale such as C.UTF-8'),
    )
  }
  return findings
}

export function judgeServer(facts: ServerFacts, now: number): Finding[] {
  const { version, connections, maxConnections } = facts
  const size = `${(facts.sizeBytes / 1e6).toFixed(0)} MB`
  const findings =
    facts.versionNumber < MIN_POSTGRES
      ? [bad(AREA, `this is PostgreSQL ${version}: use 14 or newer`)]
      : [good(AREA, `PostgreSQL ${version} answers; the database has ${size}`)]
  if (facts.encoding !== 'UTF8') {
    findings.push(bad(AREA, `the encoding is ${facts.encoding}: make the database anew with encoding UTF8`))
  } else if (!facts.foldsLetters) {
    findings.push(
      bad(AREA, 'letters outside ASCII are not folded: make the database anew with a UTF-8 locale such as C.UTF-8'),
    )
  }
  if (connections > maxConnections * CONNECTIONS_NOTE_SHARE) {
    findings.push(note(AREA, `${connections} of ${maxConnections} connections are taken: raise max_connections`))
  }
  const skew = Math.abs(facts.now - now)
  if (skew > CLOCK_SKEW_S) {
    findings.push(
      note(AREA, `its clock is ${skew.toFixed(0)} s from this machine's: set both by the network's time (NTP)`),
    )
  }
  return findings
}

/** "The site cannot write: its database role has SELECT alone (TEMP revoked, a URL of its own)". */
export async function checkReadRole(sql: Reader, readUrl: string | undefined): Promise<Finding[]> {
  const role = readUrl === undefined ? READ_ROLE : decodeURIComponent(new URL(readUrl).username)
  const facts = await roleFacts(sql, role)
  if (facts === undefined) {
    return [
      bad(
        AREA,
        `there is no role ${role} for the site: run node --import tsx db/migrate.ts with WINDSOCK_READ_PASSWORD`,
      ),
    ]
  }
  const findings = judgeRole(facts)
  const problem = readUrl === undefined ? undefined : await signInProblem(readUrl)
  if (problem !== undefined) {
    findings.push(
      bad(AREA, `the site cannot sign in as ${role} (${problem}): run db/migrate.ts with its password once more`),
    )
  }
  return findings
}

export function judgeRole(facts: RoleFacts): Finding[] {
  const { name, writable, unreadable } = facts
  const powers = [
    ...(facts.isSuper ? ['is a superuser'] : []),
    ...(facts.canMakeRoles ? ['may make roles'] : []),
    ...(facts.canMakeTemporary ? ['may make temporary tables'] : []),
    ...(facts.canCreate ? ['may create tables'] : []),
    ...(writable.length > 0 ? [`may change ${someOf(writable)}`] : []),
  ]
  if (powers.length > 0) {
    return [
      bad(AREA, `the site's role ${name} ${powers.join(', ')}: revoke that, or let db/migrate.ts make ${READ_ROLE}`),
    ]
  }
  if (unreadable.length > 0) {
    return [bad(AREA, `the site's role ${name} may not read ${someOf(unreadable)}: grant it SELECT on all tables`)]
  }
  return [good(AREA, `the site's role ${name} can read and do nothing else`)]
}

async function signInProblem(readUrl: string): Promise<string | undefined> {
  const reader = openReader(readUrl)
  try {
    await reader`select 1`
    return undefined
  } catch (error) {
    return reasonOf(error)
  } finally {
    await reader.end({ timeout: 1 })
  }
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more tables` : shown
}

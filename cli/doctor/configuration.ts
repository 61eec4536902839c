import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../config-error.ts'
import { type LaunchConfig, parseLaunchConfig } from '../launch-config.ts'
import { readConfigFile } from '../launch-options.ts'
import { lookupIn, SETTING_KEYS, SETTINGS, type SettingName } from '../settings.ts'
import { bad, type Finding, good, note } from './finding.ts'

const AREA = 'configuration'
const MIN_NODE = [20, 20] as const
/** Set by the launcher itself. */
const OWN_VARIABLES = new Set(['WINDSOCK_CWD'])
/** What docker-compose.yml needs, each part of a URL. */
const COMPOSE_SECRETS = ['POSTGRES_PASSWORD', 'WINDSOCK_READ_PASSWORD', 'REDIS_PASSWORD'] as const

type Env = Readonly<Record<string, string | undefined>>

export interface ConfigurationPlaces {
  root: string
  cwd: string
  env: Env
  configFile: string | undefined
  dataDir: string | undefined
}

export interface CheckedConfiguration {
  findings: Finding[]
  /** Absent when a setting is wrong. */
  config: LaunchConfig | undefined
}

/** Every setting, wherever it was written. */
export function checkConfiguration(places: ConfigurationPlaces): CheckedConfiguration {
  const findings = [...checkNodeVersion(process.versions.node), ...checkUnknownVariables(places.env)]
  const { settings, config } = checkSettings(places)
  findings.push(...settings, ...checkComposeFile(join(places.root, '.env')))
  return { findings, config }
}

export function checkNodeVersion(version: string): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
  if (isEnough) return [good(AREA, `Node.js ${version}`)]
  return [bad(AREA, `this is Node.js ${version}: install ${MIN_NODE.join('.')} or newer`)]
}

function checkUnknownVariables(env: Env): Finding[] {
  return Object.keys(env)
    .filter((name) => /^WINDSOCK_/.test(name) && !SETTING_KEYS.has(name) && !OWN_VARIABLES.has(name))
    .map((name) => note(AREA, `there is no setting ${name}: see \`windsock up --help\` for those there are`))
}

function checkSettings(places: ConfigurationPlaces): { settings: Finding[]; config: LaunchConfig | undefined } {
  const flags = places.dataDir === undefined ? {} : { data: places.dataDir }
  let file: ReturnType<typeof readConfigFile>
  try {
    file = readConfigFile(places.configFile, places.root, places.cwd)
  } catch (error) {
    return { settings: [bad(AREA, sentenceOf(error))], config: undefined }
  }
  const lookup = lookupIn({ flags, env: places.env, file: file.values, filePath: file.path })
  const names = (Object.keys(SETTINGS) as SettingName[]).filter((name) => lookup(name) !== undefined)
  const wrong = new Set<string>()
  let config: LaunchConfig | undefined
  // Each alone, so that one mistake does not hide another; then all together.
  for (const chosen of [...names.map((name) => [name, ...neededBy(name)]), names]) {
    try {
      const one = (name: SettingName) => (chosen.includes(name) ? lookup(name) : undefined)
      config = parseLaunchConfig('up', one, places.root, places.cwd)
    } catch (error) {
      wrong.add(sentenceOf(error))
      config = undefined
    }
  }
  if (names.length === 0) config = parseLaunchConfig('up', () => undefined, places.root, places.cwd)
  const settings = [...wrong].map((sentence) => bad(AREA, sentence))
  if (wrong.size === 0) settings.push(good(AREA, `${names.length} settings are given, and understood`))
  return { settings: [...settings, ...checkSecretFile(file.path, file.values.keys())], config }
}

/** A clock may only be set for peers on this machine. */
function neededBy(name: SettingName): SettingName[] {
  return name === 'clock' ? ['connect'] : []
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  throw error
}

/** The file of docker-compose.yml: "letters and digits only, since they stand in URLs". */
function checkComposeFile(path: string): Finding[] {
  if (!existsSync(path)) return []
  const values = new Map<string, string>()
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const [, key, value] = /^\s*([A-Z_]+)=(.*)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) values.set(key, value.trim())
  }
  const findings = COMPOSE_SECRETS.flatMap((name): Finding[] => {
    const value = values.get(name) ?? ''
    if (value === '') return [bad(AREA, `${name} is empty in ${path}: docker compose needs it`)]
    if (/^[A-Za-z0-9]+$/.test(value)) return []
    return [bad(AREA, `${name} in ${path} stands in a URL: make it of letters and digits alone`)]
  })
  return [...findings, ...checkSecretFile(path, COMPOSE_SECRETS)]
}

/** Passwords are nobody else's on this machine to read. */
export function checkSecretFile(path: string, keys: Iterable<string>): Finding[] {
  const hasSecret = [...keys].some((key) => /PASSWORD|_URL/.test(key))
  if (!hasSecret || !existsSync(path) || (statSync(path).mode & 0o077) === 0) return []
  return [note(AREA, `${path} holds passwords and others may read it: chmod 600 ${path}`)]
}

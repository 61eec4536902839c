import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Command as Commander, Option } from 'commander'
import { ConfigError } from './config-error.ts'
import { parseEnvFile } from './env-file.ts'
import { type Command, type LaunchConfig, parseLaunchConfig } from './launch-config.ts'
import { lookupIn, SETTING_KEYS, type SettingName } from './settings.ts'

const DEFAULT_FILE = 'windsock.env'

/** The flags of `up` and `demo`; each is also a setting of the environment and of the file. */
export function addLaunchOptions(command: Commander, kind: Command): Commander {
  const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value]
  command
    .option('--network <name>', 'main or regtest (up: main)')
    .addOption(
      new Option('--connect <host:port>', 'use this chain peer, no seeds and no DNS; can be repeated').argParser(
        collect,
      ),
    )
    .option('--no-checkpoints', 'do not hold the chain to the built-in checkpoints')
    .option('--follow <names>', 'whom to follow, as a,b,c (up on main: twister)')
    .option('--crawl <n>', 'follow whom the followed follow, up to so many users (up on main, without --follow: 200)')
    .option('--history <n>', 'posts to fetch per followed user, the newest (10000)')
    .option('--bind <ip>', 'address of the site (127.0.0.1)')
    .option('--port <n>', 'port of the site (8420)')
    .option('--p2p-port <n>', 'port of the chain; swarm and DHT listen 1000 above (main 28333, regtest 18444)')
    .option('--data <dir>', `data folder (.windsock/${kind === 'demo' ? 'demo' : 'NETWORK'} beside the program)`)
    .option('--config <file>', `file of KEY=VALUE lines (${DEFAULT_FILE} beside the program, if there is one)`)
  if (kind === 'demo') command.option('--seed <word>', 'makes another, equally repeatable network')
  return command.addHelpText(
    'after',
    `
Each flag is also a variable of the environment, or of the file: WINDSOCK_NETWORK, WINDSOCK_CONNECT (a,b),
WINDSOCK_NO_CHECKPOINTS=1, WINDSOCK_FOLLOW, WINDSOCK_CRAWL, WINDSOCK_HISTORY, WINDSOCK_BIND, WINDSOCK_PORT,
WINDSOCK_P2P_PORT, WINDSOCK_DATA. A flag wins over the environment, the environment over the file. Besides: WINDSOCK_LOG (level),
WINDSOCK_RPC=on (answers twister's own clients at /rpc), WINDSOCK_PROXY_DEPTH (how many reverse proxies stand in front),
WINDSOCK_REQUESTS_PER_MINUTE (of one reader; 0: no limit), WINDSOCK_CONTACT (where readers reach you), WINDSOCK_ORIGIN
(the site's own address: https://windsock.example), WINDSOCK_ONION (the site as an onion service), DATABASE_URL and
REDIS_URL to use servers instead of the embedded database, and WINDSOCK_CLOCK for replays.

At every start the node follows whom --follow names, whom \`windsock follow\` named, and whom the crawl has found, as far
as --crawl goes: what it found last goes first when that is lowered. Who was unfollowed at run time stays so, also when
--follow names him still.`,
  )
}

/** Flags, environment and file as one checked configuration. Throws ConfigError. */
export function launchConfig(kind: Command, command: Commander, root: string, cwd: string): LaunchConfig {
  const given = command.opts<Record<string, unknown>>()
  const flags: Partial<Record<SettingName, string>> = {}
  for (const name of ['network', 'follow', 'crawl', 'bind', 'port', 'p2pPort', 'data', 'seed', 'history'] as const) {
    const value = given[name]
    if (typeof value === 'string') flags[name] = value
  }
  if (Array.isArray(given['connect'])) flags.connect = given['connect'].join(',')
  if (command.getOptionValueSource('checkpoints') === 'cli') flags.noCheckpoints = '1'
  const { path, values } = readConfigFile(given['config'], root, cwd)
  return parseLaunchConfig(kind, lookupIn({ flags, env: process.env, file: values, filePath: path }), root, cwd)
}

export function readConfigFile(
  given: unknown,
  root: string,
  cwd: string,
): { path: string; values: Map<string, string> } {
  const isNamed = typeof given === 'string'
  const path = isNamed ? resolve(cwd, given) : join(root, DEFAULT_FILE)
  if (!isNamed && !existsSync(path)) return { path, values: new Map() }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new ConfigError(`the configuration file ${path} cannot be read`)
  }
  return { path, values: parseEnvFile(text, path, SETTING_KEYS) }
}

import type { Command } from 'commander'
import { ConfigError } from './config-error.ts'
import type { Terminal } from './terminal.ts'

const DEFAULT_BLOCKS = 100_000
const MAX_BLOCKS = 1_000_000

const DEFAULT_POSTS = 100_000
const MAX_POSTS = 10_000_000

interface Given {
  posts?: string
  blocks?: string
  only?: string
  cache?: string
}

/** `bench WHAT`: JSON on standard output and nothing else; progress on standard error. */
export function addBench(program: Command, terminal: Terminal): void {
  const bench = program
    .command('bench')
    .description('measure, and compare with what bounds it; prints JSON (minutes long, all on this machine)')
  bench
    .command('node')
    .description('chain sync, swarms, hops, DHT, memory per followed user')
    .option('--blocks <n>', `length of the chain that is synced (${DEFAULT_BLOCKS})`)
    .option('--only <parts>', 'parts to run, as a,b,c')
    .option('--cache <folder>', 'keeps the chain that sync fetches there for the next run')
    .action(async (given: Given) => {
      // What measures is loaded when it is wanted: no other command should wait for it.
      const { benchNode, NODE_PARTS, OPTIONAL_NODE_PARTS } = await import('../bench/node.ts')
      const blocks = wholeNumber('--blocks', given.blocks, DEFAULT_BLOCKS, MAX_BLOCKS)
      const only = parts('--only', given.only, [...NODE_PARTS, ...OPTIONAL_NODE_PARTS])
      endOnSignal()
      const figures = await benchNode({ blocks, only, cache: given.cache }, (line) => terminal.warn(line))
      terminal.say(JSON.stringify(figures, undefined, 2))
    })
  bench
    .command('index')
    .description('verifying and writing, rebuild, page queries, search (many minutes at a million posts)')
    .option('--posts <n>', `size of the data set (${DEFAULT_POSTS})`)
    .option('--only <parts>', 'parts to run, as a,b,c')
    .option('--cache <folder>', 'keeps the data set there for the next run')
    .action(async (given: Given) => {
      const { benchIndex, INDEX_PARTS } = await import('../bench/index.ts')
      const posts = wholeNumber('--posts', given.posts, DEFAULT_POSTS, MAX_POSTS)
      const only = parts('--only', given.only, INDEX_PARTS)
      endOnSignal()
      const figures = await benchIndex({ posts, only, cache: given.cache }, (line) => terminal.warn(line))
      terminal.say(JSON.stringify(figures, undefined, 2))
    })
  bench
    .command('api')
    .description('calls of the API beside a bare server, stream, archives')
    .option('--posts <n>', `size of the data set (${DEFAULT_POSTS})`)
    .option('--only <parts>', 'parts to run, as a,b,c')
    .option('--cache <folder>', 'keeps the data set there for the next run')
    .action(async (given: Given) => {
      const { API_PARTS, benchApi } = await import('../bench/api.ts')
      const posts = wholeNumber('--posts', given.posts, DEFAULT_POSTS, MAX_POSTS)
      const only = parts('--only', given.only, API_PARTS)
      endOnSignal()
      const figures = await benchApi({ posts, only, cache: given.cache }, (line) => terminal.warn(line))
      terminal.say(JSON.stringify(figures, undefined, 2))
    })
  bench
    .command('site')
    .description('pages beside a bare server: bytes over the wire, requests, CPU, first byte (builds the site)')
    .option('--posts <n>', `size of the data set (${DEFAULT_POSTS})`)
    .option('--only <parts>', 'parts to run, as a,b,c')
    .option('--cache <folder>', 'keeps the data set there for the next run')
    .action(async (given: Given) => {
      const { SITE_PARTS, benchSite } = await import('../bench/site.ts')
      const posts = wholeNumber('--posts', given.posts, DEFAULT_POSTS, MAX_POSTS)
      const only = parts('--only', given.only, SITE_PARTS)
      endOnSignal()
      const figures = await benchSite({ posts, only, cache: given.cache }, (line) => terminal.warn(line))
      terminal.say(JSON.stringify(figures, undefined, 2))
    })
}

/** By the normal way, so that what a part has started is ended too. */
function endOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
}

function wholeNumber(flag: string, text: string | undefined, otherwise: number, max: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > max) {
    throw new ConfigError(`${flag} ${text}: it must be a whole number from 1 to ${max}`)
  }
  return value
}

function parts(flag: string, text: string | undefined, known: readonly string[]): string[] {
  const named = (text ?? '').split(',').filter((part) => part !== '')
  const unknown = named.find((part) => !known.includes(part))
  if (unknown !== undefined) throw new ConfigError(`${flag} ${unknown}: the parts are ${known.join(', ')}`)
  return named
}

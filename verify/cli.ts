#!/usr/bin/env node
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parseUtf8 } from './bytes.ts'
import { type CheckpointList, parseCheckpointList } from './checkpoints.ts'
import { MAX_PROOF_BYTES } from './limits.ts'
import { joined } from './lines.ts'
import { ARCHIVE_KIND, type ArchiveReport, verifyArchive } from './verify-archive.ts'
import { type ProofReport, verifyProof } from './verify-proof.ts'

const USAGE = `Usage: windsock-verify [--checkpoints FILE] [--json] FILE

Checks the proof of a twister post or of a name's key, or an archive, and believes nothing of it.
FILE is a file, an http or https address, or - for standard input. Archives may be compressed with gzip.

  --checkpoints FILE  the list of blocks to believe, as the call /api/v1/checkpoints of an instance gives it;
                      without it the genesis block, and on main the checkpoints of twister-core
  --json              print the report as JSON
  --help              print this

Exit code: 0 when everything holds, 1 when something does not, 2 when it could not be checked.
`

/** Something that keeps from checking at all; the message is one sentence for people. */
class UsageError extends Error {}

interface Arguments {
  file: string
  checkpoints: string | undefined
  isJson: boolean
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE)
    return 0
  }
  const { file, checkpoints, isJson } = parseArguments(args)
  const list = checkpoints === undefined ? undefined : await readCheckpoints(checkpoints)
  const bytes = await peeked(await opened(file))
  const report = bytes.isArchive
    ? await verifyArchive(bytes.source, list)
    : verifyProof(parseJson(await wholeOf(bytes.source), file), list)
  const words = 'counts' in report ? archiveWords(report) : proofWords(report)
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : words)
  return report.isGood ? 0 : 1
}

function parseArguments(args: readonly string[]): Arguments {
  const files: string[] = []
  let checkpoints: string | undefined
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '--checkpoints') {
      at += 1
      checkpoints = args[at]
      if (checkpoints === undefined) throw new UsageError('--checkpoints needs a file')
    } else if (arg.startsWith('-') && arg !== '-') {
      if (arg !== '--json') throw new UsageError(`there is no option ${arg}`)
    } else files.push(arg)
  }
  const [file] = files
  if (file === undefined || files.length > 1) throw new UsageError('one file is checked at a time')
  return { file, checkpoints, isJson: args.includes('--json') }
}

async function readCheckpoints(file: string): Promise<CheckpointList> {
  const list = parseCheckpointList(parseJson(await wholeOf(await opened(file)), file), file)
  if (typeof list === 'string') throw new UsageError(`${file} is no list of checkpoints: ${list}`)
  return list
}

async function opened(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') return process.stdin
  if (!/^https?:\/\//.test(file)) return createReadStream(file)
  const response = await fetch(file, { headers: { accept: 'application/json' } })
  if (!response.ok || response.body === null) throw new UsageError(`${file} answers with status ${response.status}`)
  return response.body
}

const NEWLINE = 10
const HEAD_BYTES = 4096

/** Uncompressed, and whether it is an archive: its first line says so. */
async function peeked(
  source: AsyncIterable<Uint8Array>,
): Promise<{ isArchive: boolean; source: AsyncIterable<Uint8Array> }> {
  const compressed = await withHead(source, (head) => head.length >= 2)
  const isCompressed = compressed.head[0] === 0x1f && compressed.head[1] === 0x8b
  const plain = isCompressed ? uncompressed(compressed.source) : compressed.source
  const { head, source: whole } = await withHead(plain, (bytes) => bytes.includes(NEWLINE) || bytes.length > HEAD_BYTES)
  const end = head.indexOf(NEWLINE)
  return { isArchive: isArchiveHead(head.subarray(0, end < 0 ? head.length : end)), source: whole }
}

function isArchiveHead(line: Uint8Array): boolean {
  try {
    const json: unknown = JSON.parse(parseUtf8(line) ?? '')
    return typeof json === 'object' && json !== null && 'kind' in json && json.kind === ARCHIVE_KIND
  } catch {
    return false
  }
}

/** So much of its beginning as is wanted, and the whole of it all the same. */
async function withHead(source: AsyncIterable<Uint8Array>, isEnough: (head: Uint8Array) => boolean) {
  const rest = source[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (!isEnough(head)) {
    const { value, done } = await rest.next()
    if (done === true) break
    head = joined([head, value], head.length + value.length)
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield head
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  }
  return { head, source: whole() }
}

async function* uncompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const fed = feed(source, gunzip)
  yield* gunzip
  await fed
}

async function feed(source: AsyncIterable<Uint8Array>, into: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of source)
      if (!into.write(chunk)) await new Promise((drained) => into.once('drain', drained))
    into.end()
  } catch (error) {
    into.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

async function wholeOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of source) {
    parts.push(part)
    length += part.length
    if (length > MAX_PROOF_BYTES) throw new UsageError(`no proof has more than ${MAX_PROOF_BYTES} bytes`)
  }
  return joined(parts, length)
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(parseUtf8(bytes) ?? '')
  } catch {
    throw new UsageError(`${file} is no JSON`)
  }
}

function proofWords({ isGood, shows, checks, failure, checkpoints, ...report }: ProofReport): string {
  return lines([
    ...checks.map(({ part, words }) => `yes  ${part}: ${words}`),
    ...(failure === undefined ? [] : [`NO   ${failure.part}: ${failure.why}`]),
    '',
    ...(isGood ? [`It shows: ${shows}`] : ['It shows nothing.']),
    ...notShown(report.cannotShow),
    ...(checkpoints === undefined ? [] : [`Checkpoints: ${checkpoints}`]),
  ])
}

const MAX_BLOCKS_SHOWN = 20

function archiveWords({ isGood, counts, badLines, bad, incomplete, outOfForce, ...report }: ArchiveReport): string {
  const { blocks, registrations, userposts, values } = counts
  const shown = report.blocks.slice(0, MAX_BLOCKS_SHOWN)
  return lines([
    `${userposts} posts, ${values} DHT values, ${registrations} registrations, ${blocks} blocks`,
    ...badLines.map(({ line, why }) => `NO   line ${line}: ${why}`),
    ...(bad > badLines.length ? [`NO   and ${bad - badLines.length} more lines`] : []),
    ...(incomplete === undefined ? [] : [`NO   it is not whole: ${incomplete}`]),
    ...(outOfForce > 0
      ? [`${outOfForce} posts are signed with another key of their author than that of their height`]
      : []),
    '',
    isGood ? archiveVerdict(blocks, report.isAnchored) : 'It shows nothing.',
    ...(shown.length > 0 ? ['The registrations stand in these blocks:'] : []),
    ...shown.map(
      ({ height, hash, work, isCheckpoint }) =>
        `  ${height} ${hash}: ${isCheckpoint ? 'a checkpoint' : `${work} hashes of work`}`,
    ),
    ...(report.blocks.length > shown.length ? [`  and ${report.blocks.length - shown.length} more (--json)`] : []),
    ...notShown(report.cannotShow),
    ...(report.checkpoints === undefined ? [] : [`Checkpoints: ${report.checkpoints}`]),
  ])
}

function archiveVerdict(blockCount: number, isAnchored: boolean): string {
  const every = 'Every record is signed by a key that a registration gave to its author'
  if (blockCount > 0) return `${every}, on the chain of these blocks.`
  return isAnchored ? `${every}, in blocks that are believed.` : `${every}, if the chain holds these registrations.`
}

function notShown(sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : ['It cannot show:', ...sentences.map((sentence) => `  ${sentence}`)]
}

/** Nothing that a file holds may speak to the terminal. */
function lines(all: readonly string[]): string {
  return all.map((line) => `${line.replaceAll(/\p{C}/gu, '?')}\n`).join('')
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    error instanceof UsageError ? `windsock-verify: ${reason}\n` : `windsock-verify: it cannot be read: ${reason}\n`,
  )
  process.exitCode = 2
}

import { createHash } from 'node:crypto'
import { type Database, isDatabaseAway } from '../../db/client.ts'
import { isOnBestChain } from '../../db/writes/block.ts'
import type { Log } from '../../node/log.ts'
import { EXPORT_VERSION, type ExportCounts } from '../../node/outbox/archive-format.ts'
import { type OutboxItem, parseOutboxItem } from '../../node/outbox/item.ts'
import { utf8Decode } from '../../node/protocol/bytes.ts'
import { type NetworkParams, networkParams } from '../../node/protocol/params.ts'
import { checkRegistrationProof } from '../../node/protocol/registration-proof.ts'
import { settleCounts } from '../counter.ts'
import type { Recoverer } from '../ingest/recoverer.ts'
import { IMPORT_BAD_LINES, IMPORT_BATCH_BYTES, IMPORT_BATCH_ITEMS, MAX_IMPORT_LINE_BYTES } from '../limits.ts'
import { openIndex } from '../open-index.ts'
import { claimDerivation } from '../rebuild/rebuild-when-older.ts'
import { type FileLine, fileLines } from './import-lines.ts'
import { ImportWriter, type NumberedItem } from './import-writer.ts'

/** The whole file is refused; the message is one sentence for people. */
export class ImportError extends Error {}

export interface ImportOptions {
  db: Database
  source: AsyncIterable<Uint8Array>
  recoverer: Recoverer
  isCheckpointed: boolean
  log: Log
  /** Unix seconds. */
  now: () => number
  signal: AbortSignal
  onProgress: (lines: number) => void
}

export interface BadLine {
  line: number
  code: string
}

export interface ImportResult extends ExportCounts {
  lines: number
  bad: number
  /** The first of them. */
  badLines: BadLine[]
  /** What the chain refused, and what can be read by nobody: by code, in quarantine. */
  refused: Record<string, number>
  /** Registrations whose block is not on the best chain here, or not yet. */
  unplaced: number
  /** Undefined when nothing is missing. */
  incomplete: string | undefined
}

/**
 * Takes what an export holds, each record judged as if it came from the wire: nothing in a file is believed. What is here
 * already stays as it is, so that an import may be run again. What waits for a name or a block waits as ever.
 */
export async function importIndex(options: ImportOptions): Promise<ImportResult> {
  const lines = fileLines(options.source, MAX_IMPORT_LINE_BYTES)
  try {
    return await importLines(options, lines)
  } finally {
    // Whoever sends is let go, also of what is not read.
    await lines.return(undefined)
  }
}

async function importLines(options: ImportOptions, lines: AsyncGenerator<FileLine>): Promise<ImportResult> {
  const first = await lines.next().catch((error: unknown) => {
    throw new ImportError(`this is no export: ${reasonOf(error)}`)
  })
  const head = first.done === true || first.value.bytes === undefined ? undefined : first.value.bytes
  const params = paramsOf(head, options.isCheckpointed)
  await openIndex(options.db, params, options.log)
  await options.db.begin(claimDerivation)
  const file = new ImportFile(options, params, head ?? new Uint8Array(0))
  try {
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) await file.take(next.value)
  } catch (error) {
    if (options.signal.aborted || isDatabaseAway(error) || !isOfTheFile(error)) throw error
    file.result.incomplete = `it cannot be read to its end: ${reasonOf(error)}`
  }
  await file.finish()
  await settleCounts(options.db)
  return file.result
}

class ImportFile {
  readonly result: ImportResult = {
    ...{ lines: 1, bad: 0, badLines: [], refused: {}, unplaced: 0, incomplete: 'its last line is missing' },
    ...{ blocks: 0, registrations: 0, userposts: 0, values: 0 },
  }
  readonly #options: ImportOptions
  readonly #params: NetworkParams
  readonly #writer: ImportWriter
  readonly #hash = createHash('sha256')
  #waiting: NumberedItem[] = []
  #bytes = 0
  #hasEnded = false

  constructor(options: ImportOptions, params: NetworkParams, head: Uint8Array) {
    this.#options = options
    this.#params = params
    this.#hash.update(head).update('\n')
    this.#writer = new ImportWriter(
      { ...options, params },
      (line, code) => this.#noteBad(line, code),
      this.result.refused,
    )
  }

  async take({ number, bytes }: { number: number; bytes: Uint8Array | undefined }): Promise<void> {
    this.#options.signal.throwIfAborted()
    this.result.lines = number
    if (bytes === undefined) return this.#noteBad(number, 'line-too-long')
    if (this.#hasEnded) return this.#noteBad(number, 'after-the-end')
    const text = utf8Decode(bytes)
    const json = text === undefined ? undefined : recordOf(text)
    const kind = json?.['kind']
    if (json !== undefined && kind === 'end') return this.#noteEnd(json)
    this.#hash.update(bytes).update('\n')
    if (json !== undefined && kind === 'registration') return this.#takeProof(number, json)
    const item = text === undefined ? undefined : parseOutboxItem(text)
    if (item === undefined || item.kind === 'block-disconnected') return this.#noteBad(number, 'not-a-record')
    this.#count(item)
    this.#waiting.push({ line: number, item: this.#imported(item) })
    this.#bytes += bytes.length
    if (this.#waiting.length >= IMPORT_BATCH_ITEMS || this.#bytes > IMPORT_BATCH_BYTES) await this.#flush()
  }

  async finish(): Promise<void> {
    await this.#flush()
  }

  async #flush(): Promise<void> {
    const items = this.#waiting
    this.#waiting = []
    this.#bytes = 0
    if (items.length > 0) await this.#writer.write(items)
    this.#options.onProgress(this.result.lines)
  }

  async #takeProof(line: number, json: object): Promise<void> {
    const proved = checkRegistrationProof(json, this.#params)
    if (typeof proved === 'string') return this.#noteBad(line, proved)
    this.result.registrations += 1
    const isPlaced = await this.#options.db.begin((tx) => isOnBestChain(tx, proved.blockHash))
    if (!isPlaced) this.result.unplaced += 1
  }

  #noteEnd(json: Record<string, unknown>): void {
    this.#hasEnded = true
    const { blocks, registrations, userposts, values } = this.result
    const isCounted = Object.entries({ blocks, registrations, userposts, values }).every(
      ([name, count]) => json[name] === count,
    )
    if (!isCounted) this.result.incomplete = 'it holds other numbers of records than its last line says'
    else if (json['sha256'] !== this.#hash.digest('hex')) this.result.incomplete = 'its sha256 is another'
    else this.result.incomplete = undefined
  }

  #noteBad(line: number, code: string): void {
    this.result.bad += 1
    if (this.result.badLines.length < IMPORT_BAD_LINES) this.result.badLines.push({ line, code })
  }

  #count({ kind }: OutboxItem): void {
    if (kind === 'block-connected') this.result.blocks += 1
    else if (kind === 'userpost') this.result.userposts += 1
    else this.result.values += 1
  }

  /** Where from it came says the file, whatever the file says; a post that was seen inside of another only stays one. */
  #imported(item: NumberedItem['item']): NumberedItem['item'] {
    const firstSeen = Math.min(item.firstSeen, this.#options.now())
    return { ...item, firstSeen, source: item.source === 'retwist' ? 'retwist' : 'import' }
  }
}

function paramsOf(head: Uint8Array | undefined, isCheckpointed: boolean): NetworkParams {
  const text = head && utf8Decode(head)
  const json = text === undefined ? undefined : recordOf(text)
  if (json?.['kind'] !== 'windsock-export')
    throw new ImportError('this is no export: its first line is not that of one')
  const { version, network } = json
  if (version !== EXPORT_VERSION)
    throw new ImportError(`this export is of version ${String(version).slice(0, 20)}, known is ${EXPORT_VERSION}`)
  if (network !== 'main' && network !== 'regtest') throw new ImportError('this export is of an unknown network')
  return networkParams(network, { checkpoints: isCheckpointed })
}

function recordOf(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** What files and their decompression say. */
function isOfTheFile(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^Z_|^ERR_|^EIO$|^EPIPE$/.test(code)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

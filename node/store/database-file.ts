import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { checkPages, DamagedFile, PAGE_HEADER_BYTES, readBytes, readU64 } from './database-pages.ts'

// What LMDB does not look at before it maps its file, and dies of: a file cut short is a bus error, pages of something
// else a failed assertion. Layout: MDB_page_header and MDB_meta of lmdb's mdb.c, format 2, little-endian.

const META_BYTES = 168
const MAGIC = 0xbeefc0de
const FORMAT = 2
const MIN_PAGE_BYTES = 512
const MAX_PAGE_BYTES = 65_536
const IS_META = 0x08
/** The two first pages, of the largest size that systems have: a file with anything in it is longer. */
const MAX_EMPTY_BYTES = 2 * 16_384

/** One of the two first pages, which say in turns where the trees begin. */
interface Meta {
  readonly format: number
  readonly pageBytes: number
  /** Of the list of free pages, and of the tables. */
  readonly roots: readonly number[]
  readonly lastPage: number
  readonly transaction: number
}

/**
 * Makes sure that LMDB can open a file and finds every page of it, before LMDB tries. A file is suspect if it was not
 * closed: then every page is looked at, and one of the two first pages may be torn, if the machine stopped while it was
 * written. Nothing of that transaction was reported as done, so the other page is put in its place. Throws DamagedFile.
 */
export function repairDatabaseFile(path: string, isSuspect: boolean): { isRepaired: boolean } {
  if (!existsSync(path)) return { isRepaired: false }
  const file = openSync(path, 'r+')
  let isUseless = false
  try {
    const { size } = fstatSync(file)
    const metas = readMetas(file)
    const newest = metas.reduce((best, meta) => (isNewer(meta, best) ? meta : best), undefined)
    // The making of the file was interrupted: nothing was stored yet.
    isUseless = newest === undefined && size > 0 && size <= MAX_EMPTY_BYTES
    if (newest === undefined && size > MAX_EMPTY_BYTES)
      throw new DamagedFile('its first pages are not those of a database')
    if (newest === undefined || newest.format !== FORMAT) return { isRepaired: isUseless }
    const isTorn = metas.includes(undefined)
    // After an orderly end that is no torn write: what is lost may be what was reported as done.
    if (isTorn && !isSuspect) throw new DamagedFile('one of its first pages is not that of a database')
    const fullBytes = (newest.lastPage + 1) * newest.pageBytes
    // "the file may be shorter if the freeDB lists the final pages" (mdb.c).
    const isShort = size < fullBytes
    if (isSuspect || isShort) checkPages(file, newest)
    if (isShort) ftruncateSync(file, fullBytes)
    if (isTorn) copyMeta(file, newest.pageBytes, metas[0] === undefined ? 0 : 1)
    return { isRepaired: isTorn }
  } finally {
    closeSync(file)
    if (isUseless) rmSync(path)
  }
}

function readMetas(file: number): (Meta | undefined)[] {
  const first = readMeta(file, 0)
  // Where the second is, only the first says; if that is torn, it is looked for.
  const sizes = first === undefined ? pageSizes() : [first.pageBytes]
  for (const size of sizes) {
    const second = readMeta(file, size)
    if (second?.pageBytes === size) return [first, second]
  }
  return [first, undefined]
}

function pageSizes(): number[] {
  const sizes: number[] = []
  for (let size = MIN_PAGE_BYTES; size <= MAX_PAGE_BYTES; size *= 2) sizes.push(size)
  return sizes
}

function readMeta(file: number, offset: number): Meta | undefined {
  const page = readBytes(file, offset, META_BYTES)
  if (page === undefined) return undefined
  const isMeta = page.getUint16(18, true) === IS_META && page.getUint32(PAGE_HEADER_BYTES, true) === MAGIC
  const pageBytes = page.getUint32(48, true)
  if (!isMeta || !pageSizes().includes(pageBytes)) return undefined
  return {
    format: page.getUint32(28, true) & 0xffff,
    pageBytes,
    roots: [readU64(page, 88), readU64(page, 136)],
    lastPage: readU64(page, 144),
    transaction: readU64(page, 152),
  }
}

function isNewer(meta: Meta | undefined, best: Meta | undefined): boolean {
  return meta !== undefined && (best === undefined || meta.transaction > best.transaction)
}

/** Writes the first page `torn`, 0 or 1, from the other one. */
function copyMeta(file: number, pageBytes: number, torn: number): void {
  const page = readBytes(file, (1 - torn) * pageBytes, META_BYTES)
  if (page === undefined) throw new DamagedFile('its first pages are cut short')
  page.setBigUint64(0, BigInt(torn), true)
  writeSync(file, new Uint8Array(page.buffer), 0, META_BYTES, torn * pageBytes)
  fsyncSync(file)
}

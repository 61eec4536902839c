import { readSync } from 'node:fs'

// Layout: MDB_page_header, MDB_db, MDB_node and MDB_ovpage of lmdb's mdb.c, format 2, little-endian, 64 bits.

export const PAGE_HEADER_BYTES = 24
const NODE_HEADER_BYTES = 8
const TREE_BYTES = 48
const TREE_ROOT = 40
/** The root of a tree without pages: all bits set, as a double. */
const NO_PAGE = 2 ** 64
/** A damaged file can name any page; no real one has so many. */
const MAX_PAGES = 2 ** 32

const IS_BRANCH = 0x01
const IS_LEAF = 0x02
const IS_OVERFLOW = 0x04
const VALUE_IS_ASIDE = 0x01
const VALUE_IS_TREE = 0x02

/** The file cannot be used; the message says where it is damaged. */
export class DamagedFile extends Error {}

/** Where the trees of a file begin, and how far it goes. */
export interface Trees {
  readonly pageBytes: number
  readonly roots: readonly number[]
  readonly lastPage: number
}

/** Reads so many bytes into a new buffer; undefined if the file ends before. */
export function readBytes(file: number, offset: number, bytes: number): DataView | undefined {
  const page = new DataView(new ArrayBuffer(bytes))
  return readSync(file, page, 0, bytes, offset) === bytes ? page : undefined
}

/** 64 bits; what does not fit a double is no page of any file. */
export function readU64(page: DataView, offset: number): number {
  return page.getUint32(offset, true) + 2 ** 32 * page.getUint32(offset + 4, true)
}

/** Visits every page that belongs to a tree; throws DamagedFile if one is not there, or is not what it has to be. */
export function checkPages(file: number, { pageBytes, roots, lastPage }: Trees): void {
  if (lastPage >= MAX_PAGES) throw new DamagedFile('it names a last page that cannot be')
  const visited = new Uint8Array(lastPage + 1)
  const waiting = [...roots]
  const page = new DataView(new ArrayBuffer(pageBytes))
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (number === NO_PAGE) continue
    visit(visited, number)
    if (readSync(file, page, 0, pageBytes, number * pageBytes) !== pageBytes) throw damaged(number, 'is cut short')
    const flags = page.getUint16(18, true) & (IS_BRANCH | IS_LEAF | IS_OVERFLOW)
    if (readU64(page, 0) !== number || (flags !== IS_BRANCH && flags !== IS_LEAF)) {
      throw damaged(number, 'is not a page of a table')
    }
    const lower = page.getUint16(20, true)
    if (lower % 2 !== 0 || PAGE_HEADER_BYTES + lower > pageBytes) throw damaged(number, 'has no list of its nodes')
    for (let pointer = PAGE_HEADER_BYTES; pointer < PAGE_HEADER_BYTES + lower; pointer += 2) {
      const node = PAGE_HEADER_BYTES + page.getUint16(pointer, true)
      if (node + NODE_HEADER_BYTES > pageBytes) throw damaged(number, 'has a node past its end')
      if (flags === IS_BRANCH) waiting.push(childOf(page, node))
      else checkValue(page, number, node)
    }
  }

  function checkValue(leaf: DataView, number: number, node: number): void {
    const flags = leaf.getUint16(node + 4, true)
    const start = node + NODE_HEADER_BYTES + leaf.getUint16(node + 6, true)
    const bytes = leaf.getUint32(node, true)
    const isAside = (flags & VALUE_IS_ASIDE) !== 0
    const isTree = (flags & VALUE_IS_TREE) !== 0
    if (start + (isAside ? 8 : isTree ? TREE_BYTES : bytes) > pageBytes)
      throw damaged(number, 'has a value past its end')
    if (isTree) waiting.push(readU64(leaf, start + TREE_ROOT))
    if (isAside) checkAside(readU64(leaf, start), Math.ceil((PAGE_HEADER_BYTES + bytes) / pageBytes))
  }

  /** A value too large for its page has pages of its own, one after the other. */
  function checkAside(first: number, count: number): void {
    for (let number = first; number < first + count; number++) visit(visited, number)
    const header = readBytes(file, first * pageBytes, PAGE_HEADER_BYTES)
    const last = readBytes(file, (first + count - 1) * pageBytes, pageBytes)
    const isGood =
      header !== undefined && readU64(header, 0) === first && (header.getUint16(18, true) & IS_OVERFLOW) !== 0
    if (!isGood || last === undefined) throw damaged(first, 'is not the value that it has to be')
  }
}

/** Marks a page as visited; each belongs to one place. */
function visit(visited: Uint8Array, number: number): void {
  if (number >= visited.length) throw damaged(number, 'is past the end')
  if (visited[number] === 1) throw damaged(number, 'is used twice')
  visited[number] = 1
}

/** 48 bits, the highest 16 where a leaf has its flags. */
function childOf(page: DataView, node: number): number {
  return page.getUint32(node, true) + 2 ** 32 * page.getUint16(node + 4, true)
}

function damaged(page: number, what: string): DamagedFile {
  return new DamagedFile(`page ${page} ${what}`)
}

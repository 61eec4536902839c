import { DEFAULT_LIMIT, type ListOrder, type PageRequest } from '../../db/page.ts'
import { cursorOfText } from '../../db/queries/cursor.ts'
import type { Reader } from '../../db/queries/reader.ts'
import { parseUsername, type Username } from '../../node/protocol/username.ts'

/** What Next gives a page: raw values of the address. Parsed here, once. */
export type RawParams = Record<string, string | string[] | undefined>

export interface PageProps {
  params: Promise<RawParams>
  searchParams: Promise<RawParams>
}

export const MAX_USERS = 50

export function usernameParam(params: RawParams): Username | undefined {
  return parseUsername(single(params, 'username') ?? '')
}

export function postNumberParam(params: RawParams): number | undefined {
  return parsePostNumber(single(params, 'k') ?? '')
}

export function parsePostNumber(text: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined
}

/** A tag as the network files it: lower-cased, without its sign. */
export function tagParam(params: RawParams): string | undefined {
  const raw = single(params, 'tag')
  if (raw === undefined) return undefined
  try {
    return parseTag(decodeURIComponent(raw))
  } catch {
    return undefined
  }
}

const MAX_TAG_LENGTH = 256

export function parseTag(text: string): string | undefined {
  const tag = text.replace(/^#/, '').toLowerCase()
  return tag === '' || tag.length > MAX_TAG_LENGTH || tag.includes('\0') ? undefined : tag
}

/** A block by height or by displayed hash. */
export type BlockId = { kind: 'height'; height: number } | { kind: 'hash'; hash: string }

export function parseBlockId(text: string): BlockId | undefined {
  if (/^(0|[1-9]\d{0,8})$/.test(text)) return { kind: 'height', height: Number(text) }
  return /^[0-9a-f]{64}$/.test(text) ? { kind: 'hash', hash: text } : undefined
}

/** The names of `?users=a,b,c`; undefined when one of them is no name or they are too many. */
export function usersParam(search: RawParams): Username[] | undefined {
  const text = single(search, 'users')?.trim()
  // As a reader writes a list: "alice, bob carol,".
  return text === undefined || text === '' ? [] : parseUsernames(text.replace(/[\s,]+/g, ',').replace(/^,|,$/g, ''))
}

/** "a,b,c", each once. */
export function parseUsernames(text: string): Username[] | undefined {
  const names = [...new Set(text.toLowerCase().split(','))].map((name) => parseUsername(name.trim().replace(/^@/, '')))
  const users = names.filter((name) => name !== undefined)
  return users.length === names.length && users.length <= MAX_USERS ? users : undefined
}

/** The part of a list that a page shows; undefined for a cursor that this list never gave out. */
export async function pageRequest(
  sql: Reader,
  search: RawParams,
  order: ListOrder,
  limit = DEFAULT_LIMIT,
): Promise<PageRequest | undefined> {
  const text = single(search, 'cursor')
  if (text === undefined) return { limit }
  const cursor = await cursorOfText(sql, order, text)
  return cursor === undefined ? undefined : { limit, cursor }
}

export function single(params: RawParams, name: string): string | undefined {
  const value = params[name]
  return typeof value === 'string' ? value : undefined
}

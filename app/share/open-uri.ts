import { parseUsername } from '../../node/protocol/username.ts'
import { parsePostNumber, parseTag } from '../_lib/params.ts'

/** What twister's own web client names in its addresses, and the pages that show it. */
const LISTS: Readonly<Record<string, string>> = {
  profile: '',
  mentions: '/mentions',
  favs: '/favourites',
  following: '/following',
  followers: '/followers',
}

const SCHEME = /^web\+twister:(?:\/\/)?/i

/**
 * The page of this site that a `web+twister:` link means: "web+twister:profile:alice" and
 * "web+twister:conversation:alice:post56" as the web client writes them (interface_common.js:1300-1368), its
 * addresses ("#profile?user=alice"), "@alice/56", "#tag", a "twist:" short link. Undefined for anything else.
 */
export function pageOfUri(uri: string): string | undefined {
  const text = decoded(uri.trim()).replace(SCHEME, '')
  return ofCommand(text) ?? ofName(text) ?? ofShortLink(text) ?? ofTag(text)
}

const COMMAND =
  /^\/?#?(profile|mentions|favs|following|followers|hashtag|conversation)(?::|\?(?:user|hashtag|post)=)(.+)$/i

function ofCommand(text: string): string | undefined {
  const [, command = '', value = ''] = COMMAND.exec(text) ?? []
  if (command === '') return undefined
  if (command.toLowerCase() === 'hashtag') return tagPage(value)
  if (command.toLowerCase() === 'conversation') {
    const [, name = '', k = ''] = /^@?([^:/]+)[:/](?:post)?(\d+)$/i.exec(value) ?? []
    return postPage(name, k)
  }
  const username = parseUsername(value.replace(/^@/, '').toLowerCase())
  return username && `/@${username}${LISTS[command.toLowerCase()] ?? ''}`
}

function ofName(text: string): string | undefined {
  const [, name = '', k] = /^@([^/]+?)\/?(\d+)?$/.exec(text) ?? []
  if (k !== undefined) return postPage(name, k)
  const username = parseUsername(name.toLowerCase())
  return username && `/@${username}`
}

function postPage(name: string, k: string): string | undefined {
  const username = parseUsername(name.toLowerCase())
  const number = parsePostNumber(k)
  return username === undefined || number === undefined ? undefined : `/@${username}/${number}`
}

function ofShortLink(text: string): string | undefined {
  const code = /^twist:([A-Za-z0-9+/]{11}=)$/.exec(text)?.[1]
  return code && `/twist/${encodeURIComponent(code)}`
}

function ofTag(text: string): string | undefined {
  return text.startsWith('#') ? tagPage(text) : undefined
}

function tagPage(text: string): string | undefined {
  const tag = parseTag(text)
  return tag === undefined || /[#?&=\s]/.test(tag) ? undefined : `/hashtag/${encodeURIComponent(tag)}`
}

/** Browsers hand over what was in the link, encoded once more or not. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}

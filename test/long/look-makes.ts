import { encodeTwistUri } from '../../node/protocol/twist-uri.ts'

/** A page as it is asked for, and what it answers with. */
export interface Make {
  path: string
  status: number
}

interface PostJson {
  n: string
  k: number
  kind: string
  url?: string
  reply?: { isHere: boolean }
  rivalCount: number
  counts: { replies: number; retwists: number; favourites: number }
}

interface Subjects {
  users: readonly string[]
  /** The one with the most posts. */
  busiest: string
  /** Registered, and nothing of them is here. */
  unfollowed: readonly string[]
  posts: readonly PostJson[]
  tags: readonly string[]
  heights: readonly number[]
  /** Of a short link that leads somewhere. */
  twist: string | undefined
}

/** Enough for every make, and no more. */
const LIMIT = 100
const USERS = 12
const NOBODY = 'zz_nobody_zz'

/** Every page of app by its folder, with addresses of it and of its states. */
export const MAKES: Readonly<Record<string, (subjects: Subjects) => readonly Make[]>> = {
  '': ({ users }) => [
    ...found('/', '/?view=originals', '/?view=links', '/?view=top', `/?users=${users.slice(0, 2)}`),
    { path: '/?cursor=x', status: 400 },
  ],
  'user/[username]': ({ users, unfollowed }) => [
    ...found(...users.map((name) => `/@${name}`)),
    ...[...unfollowed, NOBODY].map((name) => ({ path: `/@${name}`, status: 404 })),
  ],
  'user/[username]/posts': ({ busiest }) => found(`/@${busiest}/posts`),
  'user/[username]/replies': ({ users }) => found(...users.slice(0, 3).map((name) => `/@${name}/replies`)),
  'user/[username]/retwists': ({ busiest }) => found(`/@${busiest}/retwists`),
  'user/[username]/favourites': ({ busiest }) => found(`/@${busiest}/favourites`),
  'user/[username]/mentions': ({ busiest }) => found(`/@${busiest}/mentions`),
  'user/[username]/missing': ({ users }) => found(...users.slice(0, 3).map((name) => `/@${name}/missing`)),
  'user/[username]/following': ({ users }) => found(...users.slice(0, 3).map((name) => `/@${name}/following`)),
  'user/[username]/followers': ({ busiest }) => found(`/@${busiest}/followers`),
  'post/[username]/[k]': ({ posts, busiest }) => [
    ...found(...oddPosts(posts).map(addressOf)),
    ...found(`${addressOf(mostAnswered(posts))}?order=newest`),
    { path: `/@${busiest}/99999`, status: 404 },
  ],
  'post/[username]/[k]/retwists': ({ posts }) => found(`${addressOf(most(posts, 'retwists'))}/retwists`),
  'post/[username]/[k]/favourites': ({ posts }) => found(`${addressOf(most(posts, 'favourites'))}/favourites`),
  'post/[username]/[k]/read': ({ posts, busiest }) => {
    const last = posts.find(({ n, kind }) => n === busiest && kind === 'post')
    return last === undefined ? [] : found(`${addressOf(last)}/read`)
  },
  'hashtag/[tag]': ({ tags }) => [
    ...found(...tags.slice(0, 2).map(tagAddress)),
    ...found(...['top', 'people'].map((view) => `${tagAddress(tags[0] ?? '')}?view=${view}`)),
    ...found('/hashtag/nobody_used_it'),
  ],
  'twist/[code]': ({ twist }) => [
    ...(twist === undefined ? [] : found(`/twist/${encodeURIComponent(twist)}`)),
    { path: `/twist/${encodeURIComponent(twistCode(99_999, 0))}`, status: 404 },
  ],
  names: () =>
    found('/names', '/names?sort=newest', '/names?sort=followed', '/names?prefix=a', '/names?sort=a-z&prefix=zz'),
  'block/[id]': ({ heights }) => [
    ...found(...heights.map((height) => `/block/${height}`)),
    { path: '/block/99999999', status: 404 },
  ],
  search: ({ users }) => [
    ...found('/search', '/search?q=the', `/search?q=from:${users[0]}+-zz`, '/search?q=zzzzyyyy', '/search?q=a+OR+b'),
    ...found('/search?q=a&type=people', '/search?q=w&type=tags'),
  ],
  trends: () => found('/trends', '/trends?at=2015-01-01'),
  promoted: () => found('/promoted'),
  follows: () => found('/follows'),
  status: () => found('/status'),
  stats: () => found('/stats'),
  chain: () => found('/chain', '/chain?height=7'),
  transparency: () => found('/transparency'),
  privacy: () => found('/privacy'),
  takedown: () => found('/takedown'),
  about: () => found('/about'),
  open: () => found('/open', '/open?uri=x'),
  api: () => found('/api'),
}

/** Of no folder: what the front answers by itself, and what other sites show in a frame. */
export const LOOSE_MAKES = ({ busiest, posts }: Subjects): readonly Make[] => [
  { path: '/nothing/here', status: 404 },
  { path: '/%zz', status: 400 },
  { path: `/${'x'.repeat(9000)}`, status: 414 },
  ...found(`/embed/@${busiest}`, `/embed${addressOf(mostAnswered(posts))}`),
  { path: `/embed/@${busiest}/99999`, status: 404 },
]

/** What is there to look at, as the site's own API tells. */
export async function subjectsOf(url: string): Promise<Subjects> {
  const list = async <T>(path: string): Promise<T[]> => {
    const response = await fetch(`${url}/api/v1${path}`)
    if (!response.ok) throw new Error(`${path} answers ${response.status}`)
    return ((await response.json()) as { items: T[] }).items
  }
  const names = await list<{ n: string; postCount: number; isIndexed: boolean }>(`/names?limit=${LIMIT}`)
  const here = names.filter(({ isIndexed }) => isIndexed).sort((a, b) => b.postCount - a.postCount)
  const users = here.slice(0, USERS).map(({ n }) => n)
  const posts = await Promise.all(users.map((name) => list<PostJson>(`/users/${name}/posts?limit=${LIMIT}`)))
  const tags = await list<{ tag: string }>('/hashtags?limit=5')
  const promoted = await list<{ height: number; isSigned: boolean }>(`/promoted?limit=${LIMIT}`)
  return {
    users,
    busiest: users[0] ?? '',
    unfollowed: names.flatMap(({ n, isIndexed }) => (isIndexed ? [] : [n])).slice(0, 1),
    posts: posts.flat(),
    tags: tags.map(({ tag }) => tag),
    twist: await twistTo(
      url,
      posts.flat().find((post) => post.url !== undefined),
    ),
    heights: [1, promoted.find(({ isSigned }) => isSigned)?.height ?? promoted[0]?.height ?? 2],
  }
}

function found(...paths: string[]): Make[] {
  return paths.map((path) => ({ path, status: 200 }))
}

/** One of each kind, with an answer and without, with what belongs above it and without. */
function oddPosts(posts: readonly PostJson[]): PostJson[] {
  const makes = new Map<string, PostJson>([['most answered', mostAnswered(posts)]])
  for (const post of posts) {
    const make = `${post.kind} ${post.reply?.isHere} ${post.rivalCount > 0} ${post.counts.replies > 0}`
    if (!makes.has(make)) makes.set(make, post)
  }
  return [...new Set(makes.values())]
}

function mostAnswered(posts: readonly PostJson[]): PostJson {
  return most(posts, 'replies')
}

function most(posts: readonly PostJson[], count: keyof PostJson['counts']): PostJson {
  const [first] = [...posts].sort((a, b) => b.counts[count] - a.counts[count])
  if (first === undefined) throw new Error('there are no posts to look at')
  return first
}

function addressOf({ n, k }: PostJson): string {
  return `/@${n}/${k}`
}

function tagAddress(tag: string): string {
  return `/hashtag/${encodeURIComponent(tag)}`
}

/** Names are known to short links by their order of registration, which nothing tells. */
async function twistTo(url: string, post: PostJson | undefined): Promise<string | undefined> {
  if (post === undefined) return undefined
  for (let uid = 0; uid < LIMIT; uid++) {
    const code = twistCode(uid, post.k)
    const response = await fetch(`${url}/api/v1/twist/${encodeURIComponent(code)}`)
    const target = (await response.json()) as { n?: string }
    if (target.n === post.n) return code
  }
  throw new Error(`no short link leads to ${addressOf(post)}`)
}

function twistCode(uid: number, k: number): string {
  return encodeTwistUri({ uid, k }).slice('twist:'.length)
}

import { SCENE_PEOPLE, SCENE_TAGS } from './hidden-scene.ts'

const NUMBERS = Array.from({ length: 10 }, (_, k) => k)
const NO_HASH = '0'.repeat(24)

/** What other sites and programs are given of the scene: feeds, frames, oEmbed, sitemaps, where pictures are. */
export function sharedAddresses(origin: string): string[] {
  const posts = SCENE_PEOPLE.flatMap((name) => NUMBERS.map((k) => `${name}/${k}`))
  const pages = [...SCENE_PEOPLE, ...posts]
  const lists = ['', '/posts', '/replies', '/retwists', '/favourites', '/mentions']
  return [
    ...['/index.atom', '/index.rss', '/index.feed.json', `/index.atom?users=${SCENE_PEOPLE.join(',')}`],
    ...SCENE_PEOPLE.flatMap((name) => lists.map((list) => `/@${name}${list}.atom`)),
    ...SCENE_PEOPLE.flatMap((name) => [`/@${name}.rss`, `/@${name}.feed.json`]),
    ...posts.map((post) => `/@${post}.atom`),
    ...SCENE_TAGS.map((tag) => `/hashtag/${tag}.atom`),
    ...SCENE_PEOPLE.map((name) => `/search.atom?q=from:${name}`),
    ...pages.map((page) => `/embed/@${page}`),
    ...pages.map((page) => `/oembed?url=${encodeURIComponent(`${origin}/@${page}`)}`),
    ...['/sitemap.xml', '/sitemap/users/a-zzz.xml', '/sitemap/posts/a-zzz.xml', '/sitemap/hashtags.xml'],
    ...SCENE_PEOPLE.map((name) => `/sitemap/posts/@${name}-0.xml`),
    ...pages.map(cardAddress),
  ]
}

/** Leads to the picture of a user or post as it is now. */
export function cardAddress(about: string): string {
  return `/card/${about}/${NO_HASH}.png`
}

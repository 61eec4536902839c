/**
 * What a commit changed, as the indexer tells it to the sites (channels.ts). Pages are kept by what they show:
 * - `users`: what is known of them but their posts: profile, picture, key, whom they follow, who follows them
 * - `authors`: which posts of theirs there are
 * - `posts`: "name/k": the post, and how many refer to it
 * - `tags`: which posts have them
 */
export interface Change {
  kind: 'some'
  users: string[]
  authors: string[]
  posts: string[]
  tags: string[]
}

/** Too much to name; and where something may no longer be shown, nothing that was made before may. */
export type ChangeMessage = Change | { kind: 'many' } | { kind: 'hidden' }

/** What a page shows of the index, in one word each: it is made again when one of them changes. */
export const topicOf = {
  user: (username: string) => `@${username}`,
  author: (username: string) => `@${username}/`,
  post: (username: string, k: number) => `${username}/${k}`,
  tag: (tag: string) => `#${tag}`,
  /** The posts of everybody. */
  newest: '*',
} as const

export function topicsOf({ users, authors, posts, tags }: Change): string[] {
  return [
    ...users.map(topicOf.user),
    ...authors.map(topicOf.author),
    ...posts,
    ...tags.map(topicOf.tag),
    ...(authors.length + posts.length > 0 ? [topicOf.newest] : []),
  ]
}

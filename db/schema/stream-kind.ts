/** What events tell of. Those of posts first: kinds of `userpost` that readers see. */
export const STREAM_POST_KINDS = ['post', 'reply', 'retwist', 'favourite', 'custom'] as const
export const STREAM_KINDS = [
  ...STREAM_POST_KINDS,
  'removed',
  'profile',
  'avatar',
  'follow',
  'unfollow',
  'promoted',
  'block',
  'reorganisation',
  'backlog',
] as const

export type StreamPostKind = (typeof STREAM_POST_KINDS)[number]
export type StreamKind = (typeof STREAM_KINDS)[number]

/** What a backlog is of: it came late, or at once, so it is not told one by one. */
export const BACKLOGS = ['posts', 'profile', 'avatar', 'following', 'blocks'] as const
export type Backlog = (typeof BACKLOGS)[number]

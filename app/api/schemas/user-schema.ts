import { z } from '@hono/zod-openapi'
import type { HashtagView, UserLineView, UserView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { registrationJson, registrationSchema } from './post-schema.ts'

const avatar = z.string().optional().openapi({ description: 'Path of the picture, re-encoded by this site' })

export const userSchema = z
  .object({
    n: z.string().openapi({ example: 'alice' }),
    key: z.string().optional().openapi({ description: 'Current public key, hex' }),
    keys: z.array(registrationSchema).openapi({ description: 'Key history, the first registration first' }),
    registeredHeight: z.number().int(),
    registeredTime: z.number().int(),
    registeredTimeIso: z.string().optional(),
    profile: z
      .object({
        fullname: z.string(),
        bio: z.string(),
        location: z.string(),
        url: z.string(),
        tox: z.string(),
        bitmessage: z.string(),
      })
      .optional()
      .openapi({ description: 'As the user published it; unchecked text' }),
    avatar,
    counts: z.object({
      posts: z.number().int(),
      replies: z.number().int(),
      retwists: z.number().int(),
      favourites: z.number().int(),
      custom: z.number().int(),
      privateFavourites: z.number().int().openapi({ description: 'Encrypted: counted, never shown' }),
      directMessages: z.number().int().openapi({ description: 'Encrypted: counted, never shown' }),
      following: z.number().int(),
      followers: z.number().int().openapi({ description: 'In the published lists that are known here' }),
    }),
    completeness: z.object({
      knownK: z.number().int().optional().openapi({ description: 'The highest post number that is known of' }),
      held: z.number().int().openapi({ description: 'How many posts are here, of every kind' }),
      isFollowed: z.boolean().openapi({ description: 'The node of this site follows the user’s swarm' }),
      reportedAt: z.number().optional().openapi({ description: 'When the node last said so, unix seconds' }),
    }),
  })
  .openapi('User')

export const userLineSchema = z
  .object({
    n: z.string(),
    fullname: z.string().optional(),
    avatar,
    bio: z.string().optional(),
    registeredHeight: z.number().int().optional().openapi({ description: 'Absent for a name the chain does not hold' }),
    postCount: z.number().int(),
    followerCount: z.number().int(),
    lastTime: z.number().int().optional(),
    isIndexed: z.boolean(),
  })
  .openapi('UserLine')

export const hashtagSchema = z
  .object({
    tag: z.string(),
    postCount: z.number().int(),
    peopleCount: z.number().int(),
    firstTime: z.number().int().optional(),
    lastTime: z.number().int().optional(),
  })
  .openapi('Hashtag')

export function userJson(view: UserView): z.infer<typeof userSchema> {
  const { profile, counts, completeness } = view
  return {
    n: view.n,
    key: view.publicKey,
    keys: view.keys.map(registrationJson),
    registeredHeight: view.registeredHeight,
    registeredTime: view.registeredTime,
    registeredTimeIso: isoTime(view.registeredTime),
    profile: profile && {
      fullname: profile.fullname,
      bio: profile.bio,
      location: profile.location,
      url: profile.url,
      tox: profile.tox,
      bitmessage: profile.bitmessage,
    },
    avatar: avatarPath(view.n, view.avatar),
    counts: {
      posts: counts.posts,
      replies: counts.replies,
      retwists: counts.retwists,
      favourites: counts.favourites,
      custom: counts.custom,
      privateFavourites: counts.privateFavourites,
      directMessages: counts.directMessages,
      following: counts.following,
      followers: counts.followers,
    },
    completeness: {
      knownK: completeness.knownK,
      held: completeness.held,
      isFollowed: completeness.isFollowed,
      reportedAt: completeness.reportedAt,
    },
  }
}

export function userLineJson(view: UserLineView): z.infer<typeof userLineSchema> {
  return {
    n: view.n,
    fullname: view.fullname,
    avatar: avatarPath(view.n, view.avatar),
    bio: view.bio,
    registeredHeight: view.registeredHeight,
    postCount: view.postCount,
    followerCount: view.followerCount,
    lastTime: view.lastTime,
    isIndexed: view.isIndexed,
  }
}

export function hashtagJson(view: HashtagView): z.infer<typeof hashtagSchema> {
  return {
    tag: view.tag,
    postCount: view.postCount,
    peopleCount: view.peopleCount,
    firstTime: view.firstTime,
    lastTime: view.lastTime,
  }
}

function avatarPath(n: string, hash: string | undefined): string | undefined {
  return hash === undefined ? undefined : `/avatar/${n}/${hash}`
}

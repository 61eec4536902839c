import { z } from '@hono/zod-openapi'
import type { UserLineView, UserView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import {
  avatar,
  avatarPath,
  blockTime,
  clockTime,
  count,
  flag,
  height,
  n,
  publicKey,
  signedHeight,
  signedTime,
  text,
  timeIso,
} from './field.ts'
import { registrationJson, registrationSchema } from './post-schema.ts'

/** What users publish of themselves: unchecked text. */
export const profileShape = {
  fullname: text('Full name'),
  bio: text('Of oneself'),
  location: text('Place'),
  url: text('Web address; unchecked'),
  tox: text('Tox id; unchecked'),
  bitmessage: text('Bitmessage address; unchecked'),
}

const countsSchema = z
  .object({
    posts: count('Posts that are neither replies nor retwists'),
    replies: count('Replies'),
    retwists: count('Retwists, with a comment or without'),
    favourites: count('Public favourites'),
    custom: count('Records of other kinds'),
    privateFavourites: count('Encrypted: counted, never shown'),
    directMessages: count('Encrypted: counted, never shown'),
    following: count('Names in the published list'),
    followers: count('Published lists known here that hold the name'),
  })
  .openapi({ description: 'What is here of the user' })

export const userSchema = z
  .object({
    n,
    key: publicKey.optional().openapi({ description: 'Current public key, hex' }),
    keys: z.array(registrationSchema).openapi({
      description: 'Key history, the first registration first; at most 200, see /users/{n}/keys for more',
    }),
    registeredHeight: height,
    registeredTime: blockTime,
    registeredTimeIso: timeIso,
    profile: z
      .object({ ...profileShape, height: signedHeight, time: signedTime, timeIso })
      .optional()
      .openapi({ description: 'As the user published it; unchecked text' }),
    avatar,
    firstTime: signedTime.optional().openapi({ description: 'Of the first post here that is shown' }),
    firstTimeIso: timeIso,
    lastTime: signedTime.optional().openapi({ description: 'Of the last post here that is shown' }),
    lastTimeIso: timeIso,
    counts: countsSchema,
    completeness: z
      .object({
        knownK: count('The highest post number that is known of').optional(),
        held: count('How many posts are here, of every kind'),
        isFollowed: flag('The node of this site follows the user’s swarm'),
        reportedAt: clockTime.optional().openapi({ description: 'When the node last said so, unix seconds' }),
        reportedAtIso: timeIso,
      })
      .openapi({ description: 'How much of the user is here; /users/{n}/completeness says what is missing' }),
    page: z.string().openapi({ description: 'Path of the user’s page', example: '/@alice' }),
  })
  .openapi('User')

export const userLineSchema = z
  .object({
    n,
    fullname: profileShape.fullname.optional(),
    avatar,
    bio: profileShape.bio.optional(),
    registeredHeight: height.optional().openapi({ description: 'Absent for a name the chain does not hold' }),
    registeredTime: blockTime.optional(),
    registeredTimeIso: timeIso,
    postCount: count('Posts here that are shown'),
    followerCount: count('Published lists known here that hold the name'),
    lastTime: signedTime.optional().openapi({ description: 'Of the last post here that is shown' }),
    lastTimeIso: timeIso,
    isIndexed: flag('Anything of the user is here: posts, a profile, or a swarm that is followed'),
  })
  .openapi('UserLine')

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
      height: profile.height,
      time: profile.time,
      timeIso: isoTime(profile.time),
    },
    avatar: avatarPath(view.n, view.avatar),
    firstTime: view.firstTime,
    firstTimeIso: isoTime(view.firstTime),
    lastTime: view.lastTime,
    lastTimeIso: isoTime(view.lastTime),
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
      reportedAtIso: isoTime(completeness.reportedAt),
    },
    page: `/@${view.n}`,
  }
}

export function userLineJson(view: UserLineView): z.infer<typeof userLineSchema> {
  return {
    n: view.n,
    fullname: view.fullname,
    avatar: avatarPath(view.n, view.avatar),
    bio: view.bio,
    registeredHeight: view.registeredHeight,
    registeredTime: view.registeredTime,
    registeredTimeIso: isoTime(view.registeredTime),
    postCount: view.postCount,
    followerCount: view.followerCount,
    lastTime: view.lastTime,
    lastTimeIso: isoTime(view.lastTime),
    isIndexed: view.isIndexed,
  }
}

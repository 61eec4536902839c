import { z } from '@hono/zod-openapi'
import type { InnerPostView, PostCounts, PostDetailView, PostView, RegistrationView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import {
  avatar,
  avatarPath,
  blockTime,
  clockTime,
  contentHash,
  count,
  displayedHash,
  flag,
  fullname,
  height,
  k,
  n,
  publicKey,
  signedHeight,
  signedTime,
  text,
  timeIso,
} from './field.ts'

const countsSchema = z
  .object({
    replies: count('Direct replies that are shown here'),
    retwists: count('Retwists that are shown here'),
    favourites: count('Favourites that are shown here; private ones are not among them'),
  })
  .openapi({ description: 'Answers to it' })

const innerSchema = z
  .object({
    n,
    fullname,
    avatar,
    k,
    height: signedHeight,
    time: signedTime,
    timeIso,
    msg: text('Text, at most 140 characters'),
    msg2: text('Continuation of msg; empty for short posts'),
    reply: z.object({ n, k }).optional().openapi({ description: 'What it answers' }),
    contentHash,
    isHere: flag('The post stands in this index on its own, too'),
  })
  .openapi('InnerUserpost', { description: 'A post inside another one, with the signature of its own author' })

export const postSchema = z
  .object({
    n,
    fullname,
    avatar,
    k,
    kind: z.enum(['post', 'reply', 'retwist', 'favourite', 'custom']).openapi({
      description: 'custom: a record of another kind, such as the target of a short link',
    }),
    height: signedHeight,
    time: signedTime,
    timeIso,
    msg: text('Text, at most 140 characters'),
    msg2: text('Continuation of msg; empty for short posts'),
    lastk: z.number().int().optional().openapi({ description: 'Number of the author’s post before this one' }),
    reply: z
      .object({
        n: z.string().openapi({ description: '"!name" for a promoted message; then k is its block height' }),
        k,
        isHere: flag('It stands in this index, too'),
      })
      .optional()
      .openapi({ description: 'What it answers' }),
    rt: innerSchema.optional().openapi({ description: 'The retwisted post, as signed by its author' }),
    fav: innerSchema.optional().openapi({ description: 'The favourite, as signed by its author' }),
    url: z.string().optional().openapi({ description: 'Target of the short link that this post defines; unchecked' }),
    mimetype: z.string().optional().openapi({ description: 'Of that target, as the author says' }),
    contentHash,
    rivalCount: count('Other posts with this number and a good signature'),
    counts: countsSchema,
    page: z.string().openapi({ description: 'Path of the post’s page', example: '/@alice/0' }),
  })
  .openapi('Userpost')

export const registrationSchema = z
  .object({
    kind: z.enum(['registration', 'replacement', 'reinclusion']).openapi({
      description: 'replacement: another key, signed with the one before; reinclusion: the same transaction once more',
    }),
    height,
    time: blockTime,
    timeIso,
    blockHash: displayedHash,
    txid: displayedHash,
    publicKey: publicKey.optional().openapi({ description: 'Hex; absent when the script holds none' }),
  })
  .openapi('Registration')

export const postDetailSchema = postSchema
  .extend({
    provenance: z
      .object({
        sizeBytes: count('Length of the signed piece in bytes'),
        source: z.string().openapi({
          description:
            'swarm, local, retwist, dht, or dht- and the kind of value that held it (hashtag, mention, replies, …)',
          example: 'swarm',
        }),
        isFollowed: flag('The node of this site follows the author’s swarm'),
        firstSeen: clockTime.openapi({ description: 'When the node first saw it, unix seconds' }),
        firstSeenIso: timeIso,
        keyId: text('hash160 of the key that signed, hex'),
        registration: registrationSchema.optional().openapi({ description: 'In force at the post’s height' }),
        rivals: z.array(z.string()).openapi({ description: 'Content hashes of the other posts with this number' }),
      })
      .openapi({ description: 'Where it came from and what vouches for it' }),
  })
  .openapi('UserpostDetail')

export type PostJson = z.infer<typeof postSchema>

export function postJson(view: PostView): PostJson {
  return {
    n: view.n,
    fullname: view.author.fullname,
    avatar: avatarPath(view.n, view.author.avatar),
    k: view.k,
    kind: view.kind,
    height: view.height,
    time: view.time,
    timeIso: isoTime(view.time),
    msg: view.msg,
    msg2: view.msg2,
    lastk: view.lastk,
    reply: view.reply && {
      n: view.reply.isPromoted ? `!${view.reply.n}` : view.reply.n,
      k: view.reply.k,
      isHere: view.reply.isHere,
    },
    rt: view.rt && innerJson(view.rt),
    fav: view.fav && innerJson(view.fav),
    url: view.url,
    mimetype: view.mimetype,
    contentHash: view.contentHash,
    rivalCount: view.rivalCount,
    counts: countsJson(view.counts),
    page: `/@${view.n}/${view.k}`,
  }
}

export function postDetailJson(view: PostDetailView): z.infer<typeof postDetailSchema> {
  const { provenance } = view
  return {
    ...postJson(view),
    provenance: {
      sizeBytes: provenance.sizeBytes,
      source: provenance.source,
      isFollowed: provenance.isFollowed,
      firstSeen: provenance.firstSeen,
      firstSeenIso: isoTime(provenance.firstSeen),
      keyId: provenance.keyId,
      registration: provenance.registration && registrationJson(provenance.registration),
      rivals: provenance.rivals,
    },
  }
}

export function registrationJson(view: RegistrationView): z.infer<typeof registrationSchema> {
  return {
    kind: view.kind,
    height: view.height,
    time: view.time,
    timeIso: isoTime(view.time),
    blockHash: view.blockHash,
    txid: view.txid,
    publicKey: view.publicKey,
  }
}

function innerJson(view: InnerPostView): z.infer<typeof innerSchema> {
  return {
    n: view.n,
    fullname: view.author.fullname,
    avatar: avatarPath(view.n, view.author.avatar),
    k: view.k,
    height: view.height,
    time: view.time,
    timeIso: isoTime(view.time),
    msg: view.msg,
    msg2: view.msg2,
    reply: view.reply && { n: view.reply.n, k: view.reply.k },
    contentHash: view.contentHash,
    isHere: view.isHere,
  }
}

function countsJson(counts: PostCounts): z.infer<typeof countsSchema> {
  return { replies: counts.replies, retwists: counts.retwists, favourites: counts.favourites }
}

import { z } from '@hono/zod-openapi'
import type { InnerPostView, PostCounts, PostDetailView, PostView, RegistrationView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'

const time = z.number().int().openapi({ description: 'Unix seconds, as signed by the author', example: 1795358400 })
const timeIso = z.string().optional().openapi({ description: 'The same in ISO 8601; absent when it is no date' })
const contentHash = z.string().openapi({ description: 'SHA-256 of the signed bytes, hex' })

const countsSchema = z.object({
  replies: z.number().int(),
  retwists: z.number().int(),
  favourites: z.number().int(),
})

const innerSchema = z
  .object({
    n: z.string(),
    k: z.number().int(),
    height: z.number().int(),
    time,
    timeIso,
    msg: z.string(),
    msg2: z.string(),
    reply: z.object({ n: z.string(), k: z.number().int() }).optional(),
    contentHash,
    isHere: z.boolean().openapi({ description: 'The post stands in this index on its own, too' }),
  })
  .openapi('InnerUserpost')

export const postSchema = z
  .object({
    n: z.string().openapi({ description: 'Author', example: 'alice' }),
    k: z.number().int().openapi({ description: 'Number among the posts of its author' }),
    kind: z.enum(['post', 'reply', 'retwist', 'favourite', 'custom']),
    height: z.number().int().openapi({ description: 'Block height that the author signed' }),
    time,
    timeIso,
    msg: z.string().openapi({ description: 'Text, at most 140 characters' }),
    msg2: z.string().openapi({ description: 'Continuation of msg; empty for short posts' }),
    lastk: z.number().int().optional().openapi({ description: 'Number of the author’s post before this one' }),
    reply: z
      .object({
        n: z.string().openapi({ description: '"!name" for a promoted message; then k is its block height' }),
        k: z.number().int(),
        isHere: z.boolean(),
      })
      .optional(),
    rt: innerSchema.optional().openapi({ description: 'The retwisted post, as signed by its author' }),
    fav: innerSchema.optional().openapi({ description: 'The favourite, as signed by its author' }),
    url: z.string().optional().openapi({ description: 'Target of the short link that this post defines; unchecked' }),
    mimetype: z.string().optional(),
    contentHash,
    rivalCount: z.number().int().openapi({ description: 'Other posts with this number and a good signature' }),
    counts: countsSchema,
    page: z.string().openapi({ description: 'Path of the post’s page', example: '/@alice/0' }),
  })
  .openapi('Userpost')

export const registrationSchema = z
  .object({
    kind: z.string().openapi({ description: 'registration, replacement or reinclusion' }),
    height: z.number().int(),
    time,
    timeIso,
    blockHash: z.string(),
    txid: z.string(),
    publicKey: z.string().optional().openapi({ description: 'Hex; absent when the script holds none' }),
  })
  .openapi('Registration')

export const postDetailSchema = postSchema
  .extend({
    provenance: z.object({
      sizeBytes: z.number().int().openapi({ description: 'Of the signed piece' }),
      source: z.string().openapi({
        description:
          'swarm, local, retwist, dht, or dht- and the kind of value that held it (hashtag, mention, replies, …)',
      }),
      isFollowed: z.boolean().openapi({ description: 'The node of this site follows the author’s swarm' }),
      firstSeen: z.number().openapi({ description: 'Unix seconds' }),
      keyId: z.string().openapi({ description: 'hash160 of the key that signed, hex' }),
      registration: registrationSchema.optional().openapi({ description: 'In force at the post’s height' }),
      rivals: z.array(z.string()).openapi({ description: 'Content hashes of the other posts with this number' }),
    }),
  })
  .openapi('UserpostDetail')

export type PostJson = z.infer<typeof postSchema>

export function postJson(view: PostView): PostJson {
  return {
    n: view.n,
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

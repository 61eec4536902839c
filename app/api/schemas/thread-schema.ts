import { z } from '@hono/zod-openapi'
import type { AncestorView, ThreadNode, ThreadView } from '../../../db/views.ts'
import { promotedJson, promotedSchema } from './chain-schema.ts'
import { count, flag, k, n } from './field.ts'
import { type PostJson, postDetailJson, postDetailSchema, postJson, postSchema } from './post-schema.ts'

const ancestorSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('post').openapi({ description: 'A post that is here' }), post: postSchema }),
    z.object({
      kind: z.literal('promoted').openapi({ description: 'The promoted message of a block' }),
      message: promotedSchema,
    }),
    z.object({
      kind: z.literal('missing').openapi({ description: 'A post that only its child names' }),
      n,
      k,
      isRegistered: flag('The chain holds this name'),
      isHidden: flag('It is not shown on this site: ask for it to learn why'),
    }),
  ])
  .openapi('Ancestor')

interface NodeJson {
  post: PostJson
  replies: NodeJson[]
}

const nodeSchema: z.ZodType<NodeJson> = z
  .object({
    post: postSchema,
    replies: z.array(z.lazy(() => nodeSchema)).openapi({
      type: 'array',
      description: 'Direct replies, the oldest first',
      items: { $ref: '#/components/schemas/ThreadNode' },
    }),
  })
  .openapi('ThreadNode')

export const threadSchema = z
  .object({
    ancestors: z.array(ancestorSchema).openapi({ description: 'From the root down to the parent' }),
    post: postDetailSchema.optional().openapi({ description: 'Absent when the post itself has not been seen' }),
    replies: z.array(nodeSchema).openapi({ description: 'The tree below, the oldest first' }),
    replyCount: count('Posts below it, at any depth'),
    peopleCount: count('Their authors'),
    isTruncated: flag('There are more replies than one answer holds'),
  })
  .openapi('Thread')

export function threadJson(view: ThreadView): z.infer<typeof threadSchema> {
  return {
    ancestors: view.ancestors.map(ancestorJson),
    post: view.post && postDetailJson(view.post),
    replies: view.replies.map(nodeJson),
    replyCount: view.replyCount,
    peopleCount: view.peopleCount,
    isTruncated: view.isTruncated,
  }
}

function ancestorJson(view: AncestorView): z.infer<typeof ancestorSchema> {
  switch (view.kind) {
    case 'post':
      return { kind: 'post', post: postJson(view.post) }
    case 'promoted':
      return { kind: 'promoted', message: promotedJson(view.message) }
    case 'missing':
      return {
        kind: 'missing',
        n: view.isPromoted ? `!${view.n}` : view.n,
        k: view.k,
        isRegistered: view.isRegistered,
        isHidden: view.isHidden,
      }
  }
}

function nodeJson(node: ThreadNode): NodeJson {
  return { post: postJson(node.post), replies: node.replies.map(nodeJson) }
}

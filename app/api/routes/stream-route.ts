import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { STREAM_KINDS, type StreamKind } from '../../../db/schema/stream-kind.ts'
import { parseTag } from '../../_lib/params.ts'
import { strictQuery, usernamesSchema } from '../parameters.ts'
import { badRequest, failed } from '../problem.ts'
import { streamEventSchema } from '../schemas/stream-schema.ts'

const MAX_TAGS = 50

const tagsSchema = z
  .string()
  .transform((text, context): string[] => {
    const parts = [...new Set(text.split(','))]
    const tags = parts.map(parseTag).filter((tag) => tag !== undefined)
    if (tags.length === parts.length && tags.length <= MAX_TAGS) return tags
    context.addIssue({ code: 'custom', message: `1 to ${MAX_TAGS} hashtags, a comma between them` })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    description: `Posts with one of these hashtags alone; up to ${MAX_TAGS}`,
    example: 'wind',
  })

const kindsSchema = z
  .string()
  .transform((text, context): StreamKind[] => {
    const parts = new Set(text.split(','))
    const kinds = STREAM_KINDS.filter((kind) => parts.has(kind))
    if (kinds.length === parts.size) return kinds
    context.addIssue({ code: 'custom', message: `of ${STREAM_KINDS.join(', ')}, a comma between them` })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    description: `Events of these kinds alone: ${STREAM_KINDS.join(', ')}`,
    example: 'post,reply',
  })

/** As the stream gives them out: number and time. */
const EVENT_ID = /^(0|[1-9]\d{0,14})-(0|[1-9]\d{0,14})$/

export const eventIdSchema = z
  .string()
  .regex(/^[\x20-\x7e]{0,64}$/, 'not an id of an event')
  .transform((text) => {
    const [, id, atMs] = EVENT_ID.exec(text) ?? []
    return { id: Number(id ?? -1), atMs: Number(atMs ?? -1) }
  })
  .openapi({
    type: 'string',
    description: 'Id of the last event that was read: goes on after it. The header Last-Event-ID counts more',
    example: '4711-1795358424123',
  })

export const streamQuery = strictQuery({
  users: usernamesSchema.optional().openapi({
    description: 'Events of these users alone, and whoever begins or ceases to follow them; up to 50 names',
  }),
  tags: tagsSchema.optional(),
  kinds: kindsSchema.optional(),
  lastEventId: eventIdSchema.optional(),
})

/** The front answers it (app/_server/stream): here it is described. */
export function describeStream(api: OpenAPIHono): void {
  api.openAPIRegistry.register('StreamEvent', streamEventSchema)
  api.openAPIRegistry.registerPath({
    method: 'get',
    path: '/stream',
    operationId: 'stream',
    tags: ['Stream'],
    summary: 'What happens, as it is committed: server-sent events',
    description:
      'Each event has an id, its kind as event, and a StreamEvent as data. An event `reset` says that the id asked for is not known any more: read the lists again; `closed` says why the stream ends.',
    request: { query: streamQuery },
    responses: {
      200: {
        description: 'Events, until one of both ends it',
        content: {
          'text/event-stream': {
            schema: z.string().openapi({ description: 'Server-sent events; the data of each is a StreamEvent' }),
          },
        },
      },
      ...badRequest,
      ...failed,
    },
  })
}

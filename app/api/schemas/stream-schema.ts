import { z } from '@hono/zod-openapi'
import type { StreamEventView } from '../../../db/queries/stream-events.ts'
import { BACKLOGS, STREAM_POST_KINDS } from '../../../db/schema/stream-kind.ts'
import { isoTime } from '../../_lib/format.ts'
import { blockLineJson, blockLineSchema, promotedJson, promotedSchema } from './chain-schema.ts'
import { avatar, avatarPath, clockTime, displayedHash, height, k, n, timeIso } from './field.ts'
import { profileVersionJson, profileVersionSchema } from './history-schema.ts'
import { postJson, postSchema } from './post-schema.ts'

const always = {
  at: clockTime.openapi({ description: 'When it was numbered, right after its commit: unix seconds' }),
  atIso: timeIso,
}

const kindOf = <Kinds extends readonly [string, ...string[]]>(...kinds: Kinds) =>
  z.enum(kinds).openapi({ description: 'What happened; also the event field' })

const firstOrLast = (which: string) =>
  z
    .number()
    .int()
    .optional()
    .openapi({ description: `The ${which} post number, or height, of it` })

const streamBlockSchema = blockLineSchema
  .extend({ prevHash: displayedHash })
  .openapi('StreamBlock', { description: 'The block, and the one it builds on' })

/** The data of an event, by its kind. */
export const streamEventSchema = z
  .discriminatedUnion('kind', [
    z
      .object({ kind: kindOf(...STREAM_POST_KINDS), ...always, post: postSchema })
      .openapi({ description: 'A post stands in the index that did not before' }),
    z
      .object({ kind: kindOf('removed'), ...always, n, k })
      .openapi({ description: 'No such post stands there any more: a new key, another branch of the chain' }),
    z
      .object({
        kind: kindOf('profile'),
        ...always,
        n,
        profile: profileVersionSchema.optional().openapi({ description: 'Absent when there is none any more' }),
      })
      .openapi({ description: 'A user has another profile' }),
    z.object({ kind: kindOf('avatar'), ...always, n, avatar }).openapi({ description: 'Another picture, or none' }),
    z
      .object({ kind: kindOf('follow', 'unfollow'), ...always, n, followed: n })
      .openapi({ description: 'The published list of n holds a name since, or no longer' }),
    z
      .object({ kind: kindOf('promoted'), ...always, promoted: promotedSchema })
      .openapi({ description: 'The message of a block that came onto the best chain' }),
    z
      .object({ kind: kindOf('block'), ...always, block: streamBlockSchema })
      .openapi({ description: 'A block came onto the best chain' }),
    z
      .object({
        kind: kindOf('reorganisation'),
        ...always,
        forkHeight: height.openapi({ description: 'The highest block that both branches have' }),
        from: z.object({ height, hash: displayedHash }).openapi({ description: 'The tip that was left' }),
      })
      .openapi({ description: 'The chain went back to a common ancestor; the blocks of the other branch follow' }),
    z
      .object({
        kind: kindOf('backlog'),
        ...always,
        of: z.enum(BACKLOGS).openapi({ description: 'What came' }),
        n: n.optional().openapi({ description: 'Whose; absent for blocks' }),
        first: firstOrLast('lowest'),
        last: firstOrLast('highest'),
      })
      .openapi({
        description:
          'Things came that were signed more than a day ago, or many at once: they are not told one by one, and can be read with the calls about the user, or the blocks',
      }),
  ])
  .openapi('StreamEvent', { description: 'The data of an event of the stream; its event field is the kind' })

type StreamEventJson = z.infer<typeof streamEventSchema>

export function streamEventJson(view: StreamEventView): StreamEventJson {
  const at = view.atMs / 1000
  const always = { at, atIso: isoTime(at) }
  switch (view.kind) {
    case 'removed':
      return { kind: view.kind, ...always, n: view.n, k: view.k }
    case 'profile':
      return { kind: view.kind, ...always, n: view.n, profile: view.profile && profileVersionJson(view.profile) }
    case 'avatar':
      return { kind: view.kind, ...always, n: view.n, avatar: avatarPath(view.n, view.contentHash) }
    case 'follow':
    case 'unfollow':
      return { kind: view.kind, ...always, n: view.n, followed: view.followed }
    case 'promoted':
      return { kind: view.kind, ...always, promoted: promotedJson(view.promoted) }
    case 'block':
      return { kind: view.kind, ...always, block: { ...blockLineJson(view.block), prevHash: view.prevHash } }
    case 'reorganisation': {
      const { forkHeight, height, hash } = view
      return { kind: view.kind, ...always, forkHeight, from: { height, hash } }
    }
    case 'backlog':
      return { kind: view.kind, ...always, of: view.of, n: view.n, first: view.first, last: view.last }
    default:
      return { kind: view.kind, ...always, post: postJson(view.post) }
  }
}

import { z } from '@hono/zod-openapi'
import type { UserValueView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { contentHash, count, signedHeight, signedTime, text, timeIso } from './field.ts'

export const userValueSchema = z
  .object({
    resource: z
      .string()
      .openapi({ description: 'profile, avatar, or following and a page number', example: 'profile' }),
    seq: count('The author counts versions with it'),
    height: signedHeight,
    time: signedTime,
    timeIso,
    contentHash: contentHash.openapi({ description: 'SHA-256 of p, hex' }),
    p: text('The signed bytes, a bencoded dict {height, seq, target, time, v}, hex'),
    sigP: text('Their compact signature by the user’s key, 65 bytes in hex'),
  })
  .openapi('UserValue', { description: 'A value of the DHT as it travelled' })

export function userValueJson(view: UserValueView): z.infer<typeof userValueSchema> {
  return {
    resource: view.resource,
    seq: view.seq,
    height: view.height,
    time: view.time,
    timeIso: isoTime(view.time),
    contentHash: view.contentHash,
    p: view.p,
    sigP: view.sigP,
  }
}

import { z } from '@hono/zod-openapi'
import type { FollowingSpanView, ProfileVersionView } from '../../../db/queries/history.ts'
import { isoTime } from '../../_lib/format.ts'
import { contentHash, count, n, signedHeight, signedTime, timeIso } from './field.ts'
import { profileShape } from './user-schema.ts'

export const profileVersionSchema = z
  .object({
    seq: count('The author counts versions with it'),
    height: signedHeight,
    time: signedTime,
    timeIso,
    contentHash,
    ...profileShape,
  })
  .openapi('ProfileVersion')

export const followingSpanSchema = z
  .object({
    n,
    sinceTime: signedTime,
    sinceTimeIso: timeIso,
    sinceHeight: signedHeight,
    untilTime: signedTime.optional().openapi({ description: 'Absent while the last list known holds the name' }),
    untilTimeIso: timeIso,
    untilHeight: signedHeight.optional(),
  })
  .openapi('FollowingSpan')

export function profileVersionJson(view: ProfileVersionView): z.infer<typeof profileVersionSchema> {
  return {
    seq: view.seq,
    height: view.height,
    time: view.time,
    timeIso: isoTime(view.time),
    contentHash: view.contentHash,
    fullname: view.fullname,
    bio: view.bio,
    location: view.location,
    url: view.url,
    tox: view.tox,
    bitmessage: view.bitmessage,
  }
}

export function followingSpanJson(view: FollowingSpanView): z.infer<typeof followingSpanSchema> {
  return {
    n: view.n,
    sinceTime: view.sinceTime,
    sinceTimeIso: isoTime(view.sinceTime),
    sinceHeight: view.sinceHeight,
    untilTime: view.untilTime,
    untilTimeIso: isoTime(view.untilTime),
    untilHeight: view.untilHeight,
  }
}

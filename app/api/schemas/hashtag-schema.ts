import { z } from '@hono/zod-openapi'
import type { HashtagDayView, HashtagView, RelatedHashtagView, TrendView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { count, signedTime, timeIso } from './field.ts'

const tag = z.string().openapi({ description: 'A hashtag in lower case, without its #', example: 'twister' })

export const hashtagSchema = z
  .object({
    tag,
    postCount: count('Posts with it'),
    peopleCount: count('Their authors'),
    firstTime: signedTime.optional(),
    firstTimeIso: timeIso,
    lastTime: signedTime.optional(),
    lastTimeIso: timeIso,
  })
  .openapi('Hashtag')

export function hashtagJson(view: HashtagView): z.infer<typeof hashtagSchema> {
  return {
    tag: view.tag,
    postCount: view.postCount,
    peopleCount: view.peopleCount,
    firstTime: view.firstTime,
    firstTimeIso: isoTime(view.firstTime),
    lastTime: view.lastTime,
    lastTimeIso: isoTime(view.lastTime),
  }
}

export const trendSchema = z
  .object({
    tag,
    people: count('Authors of the last 48 hours; at least two make a trend'),
    posts: count('Their posts with it in these hours'),
    seen: z.number().openapi({ description: 'Sum over these authors of 0.5^(age of their newest use / 12 h)' }),
    expected: z.number().openapi({
      description: 'The same sum on an average day of the 28 before, where a day counts 0.5^(its age / 7 d)',
    }),
    score: z.number().optional().openapi({ description: '(seen - expected) / sqrt(expected + 1)' }),
    twisterScore: z.number().openapi({ description: "twister's own: sum over posts of 0.5^(age / 8 h)" }),
  })
  .openapi('Trend')

export function trendJson(view: TrendView): z.infer<typeof trendSchema> {
  return {
    tag: view.tag,
    people: view.people,
    posts: view.posts,
    seen: view.seen,
    expected: view.expected,
    score: view.score,
    twisterScore: view.twisterScore,
  }
}

export const seriesDaySchema = z
  .object({
    time: z.number().int().openapi({ description: 'When the day begins in UTC, unix seconds', example: 1795305600 }),
    timeIso,
    postCount: count('Posts of that day'),
    peopleCount: count('Their authors'),
  })
  .openapi('HashtagSeriesDay')

export function seriesDayJson(view: HashtagDayView): z.infer<typeof seriesDaySchema> {
  return {
    time: view.time,
    timeIso: isoTime(view.time),
    postCount: view.postCount,
    peopleCount: view.peopleCount,
  }
}

export const relatedHashtagSchema = z
  .object({ tag, peopleCount: count('Authors who used both in one post') })
  .openapi('RelatedHashtag')

export function relatedHashtagJson(view: RelatedHashtagView): z.infer<typeof relatedHashtagSchema> {
  return { tag: view.tag, peopleCount: view.peopleCount }
}

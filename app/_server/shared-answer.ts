import { gatheringTopics } from '../../db/queries/topics.ts'
import { inRendering, type Rendering } from '../_words/rendering.ts'
import type { Shared } from '../share/share.ts'
import { inTime } from './api-answer.ts'
import { cacheTimesOf } from './cache-times.ts'
import { finish } from './finished.ts'
import type { Made } from './response-cache.ts'

const LIST = '/'

/** Has something made that is shown elsewhere. Its headers are its own; in this process it is kept as a list is. */
export async function answerOfShared(shared: Shared, wanted: Rendering): Promise<Made> {
  const topics = new Set<string>()
  const answer = await inTime(inRendering(wanted, () => gatheringTopics(topics, () => shared.make())))
  const times = cacheTimesOf(LIST, answer.status)
  return { finished: finish(answer.status, answer.headers, Buffer.from(answer.body)), topics, times }
}

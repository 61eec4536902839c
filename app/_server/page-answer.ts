import type { Reader } from '../../db/queries/reader.ts'
import { gatheringTopics } from '../../db/queries/topics.ts'
import { parseSubject, tombstoneOf } from '../_lib/tombstone-subject.ts'
import { inRendering, type Rendering } from '../_words/rendering.ts'
import { cacheTimesOf } from './cache-times.ts'
import { capture, type NodeHandler } from './capture.ts'
import { finish, PAGE_POLICY } from './finished.ts'
import { RENDER_TIMEOUT_MS } from './limits.ts'
import type { Made } from './response-cache.ts'
import { keepLanguage } from './spoken-address.ts'

export interface PageSource {
  reader: Reader
  pages: NodeHandler
}

/** A page for a reader: `prefix` stands before the links that keep its language. */
export interface WantedPage extends Rendering {
  prefix: string
}

/** Has a page made, or the one that says why it is hidden. `path`: the inner one of routes.ts, with its query. */
export async function answerOfPage({ reader, pages }: PageSource, path: string, wanted: WantedPage): Promise<Made> {
  const subject = parseSubject(path.split(/[/?]/).filter(Boolean))
  const isHidden = subject !== undefined && (await tombstoneOf(reader, subject)) !== undefined
  const inner = isHidden ? `/tombstone${path.split('?')[0]}` : path
  const { host } = new URL(wanted.origin)
  const signal = AbortSignal.timeout(RENDER_TIMEOUT_MS)
  const topics = new Set<string>()
  const makePage = () => capture(pages, inner, host, signal, 'text/html')
  const captured = await inRendering(wanted, () => gatheringTopics(topics, makePage))
  const html = keepLanguage(captured.body.toString('utf8'), wanted.prefix)
  const { status } = captured
  const times = cacheTimesOf(path, status)
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': times.header,
    'content-security-policy': PAGE_POLICY,
  }
  return { finished: finish(status, headers, Buffer.from(html)), times, topics }
}

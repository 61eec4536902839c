import { expect, test } from 'vitest'
import { cacheTimesOf } from './cache-times.ts'

test('posts and threads are kept for long, lists for seconds, and how things are for a moment', () => {
  for (const path of ['/post/alice/5', '/api/v1/posts/alice/5', '/api/v1/posts/alice/5/thread?limit=3']) {
    expect(cacheTimesOf(path, 200).header).toBe(
      'public, max-age=60, s-maxage=3600, stale-while-revalidate=86400, stale-if-error=604800',
    )
  }
  for (const path of ['/', '/user/alice', '/api/v1/posts?users=alice/5', '/api/v1/posts/many?ids=a/1', '/names']) {
    expect(cacheTimesOf(path, 200).header).toBe('public, s-maxage=15, stale-while-revalidate=60')
  }
  for (const path of ['/status', '/api/v1/status']) expect(cacheTimesOf(path, 200).header).toBe('public, max-age=2')
})

test('nobody believes for more than a minute that something is not there or not shown', () => {
  for (const status of [400, 404, 410, 451]) {
    const [, seconds] = /max-age=(\d+)$/.exec(cacheTimesOf('/post/alice/5', status).header) ?? []
    expect(Number(seconds)).toBeLessThanOrEqual(60)
  }
})

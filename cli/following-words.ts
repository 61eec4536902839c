import { count } from './progress.ts'

export interface FollowingCounts {
  operator: number
  setting: number
  crawl: number
  crawlLimit: number
}

/** "12 users: 2 told by the operator, 1 by the setting, 9 of at most 200 crawled". */
export function followingWords({ operator, setting, crawl, crawlLimit }: FollowingCounts): string {
  const total = operator + setting + crawl
  const users = `${count(total)} ${total === 1 ? 'user' : 'users'}`
  return `${users}: ${count(operator)} told by the operator, ${count(setting)} by the setting, ${count(crawl)} of at most ${count(crawlLimit)} crawled`
}

import { openDb } from '../db/client.ts'
import { LONG_THREAD } from './long-thread.ts'
import type { ApiBenchOptions } from './measure.ts'
import { type Subjects, sampleSubjects } from './query-subjects.ts'

const SEED = 1

/** Pages of each kind, the first of which stands for its kind where one is enough. */
export async function samplePages(options: ApiBenchOptions): Promise<Readonly<Record<string, readonly string[]>>> {
  const db = openDb(options.databaseUrl, { max: 1, name: 'bench' })
  try {
    const subjects = await sampleSubjects(db, SEED)
    const [busy] = await db<{ username: string; k: number }[]>`
      select username, k from userpost_count where username <> ${LONG_THREAD.username} and reply_count between 20 and 49
      order by reply_count desc, username, k limit 1`
    return pagesOf(subjects, busy)
  } finally {
    await db.end()
  }
}

function pagesOf(
  { users, posts, tags, words }: Subjects,
  busy: { username: string; k: number } | undefined,
): Readonly<Record<string, readonly string[]>> {
  const [author] = users
  return {
    front: ['/'],
    front_top: ['/?view=top'],
    profile: users.map((name) => `/@${name}`),
    followers: users.map((name) => `/@${name}/followers`),
    post: posts.map(({ username, k }) => `/@${username}/${k}`),
    ...(busy === undefined ? {} : { thread_of_up_to_50: [`/@${busy.username}/${busy.k}`] }),
    thread_of_1000: [`/@${LONG_THREAD.username}/${LONG_THREAD.k}`],
    hashtag: tags.map((tag) => `/hashtag/${encodeURIComponent(tag)}`),
    trends: ['/trends'],
    names: ['/names', `/names?prefix=${author?.slice(0, 1) ?? 'a'}`],
    search: words.map((word) => `/search?q=${encodeURIComponent(word)}`),
    stats: ['/stats'],
    status: ['/status'],
    about: ['/about'],
  }
}

import { searchHashtags } from '../db/queries/search-hashtags.ts'
import { searchPeople } from '../db/queries/search-people.ts'
import { searchBest, searchNewest } from '../db/queries/search-posts.ts'
import { parseSearchQuery } from '../db/queries/search-query.ts'
import { trends } from '../db/queries/trends.ts'
import type { QueryCase } from './query-cases.ts'
import { at, type Subjects } from './query-subjects.ts'

const FIRST = { limit: 20 }
const DAY_S = 86_400

function search(text: (subjects: Subjects, index: number) => string, isBest = false): QueryCase {
  const run = isBest ? searchBest : searchNewest
  return (sql, subjects, i) => run(sql, parseSearchQuery(text(subjects, i)), FIRST)
}

/** Searches for words as frequent as they are in posts, with every operator, and trends of now and of the past. */
export const SEARCH_CASES: Readonly<Record<string, QueryCase>> = {
  search_word: search(({ words }, i) => at(words, i)),
  search_word_best: search(({ words }, i) => at(words, i), true),
  search_two_words: search(({ words }, i) => `${at(words, i)} ${at(words, i + 7)}`),
  search_two_words_best: search(({ words }, i) => `${at(words, i)} ${at(words, i + 7)}`, true),
  search_phrase: search(({ phrases }, i) => `"${at(phrases, i)}"`),
  search_but_not: search(({ words }, i) => `${at(words, i)} -${at(words, i + 3)}`),
  search_from: search(({ words, users }, i) => `${at(words, i)} from:${at(users, i)}`),
  search_mention: search(({ words, mentioned }, i) => `${at(words, i)} mention:${at(mentioned, i)}`),
  search_tag: search(({ words, tags }, i) => `${at(words, i)} #${at(tags, i)}`),
  search_dates: search(({ words, endTime }, i) => `${at(words, i)} until:${dateOf(endTime - i * 3 * DAY_S)}`),
  search_links: search(({ words }, i) => `${at(words, i)} has:link`),
  search_lang: search(({ words }, i) => `${at(words, i)} lang:en`),
  search_nothing_there: search((_, i) => `zxqv${i}wkj`),
  search_people: (sql, { users }, i) => searchPeople(sql, parseSearchQuery(at(users, i).slice(0, 5)), FIRST),
  search_hashtags: (sql, { tags }, i) => searchHashtags(sql, parseSearchQuery(at(tags, i)), FIRST),
  trends: (sql, { endTime }, i) => trends(sql, { at: endTime - i * DAY_S, by: 'people', limit: 20 }),
  trends_by_twister: (sql, { endTime }, i) => trends(sql, { at: endTime - i * DAY_S, by: 'twister', limit: 20 }),
}

function dateOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10)
}

import { z } from '@hono/zod-openapi'
import type {
  HashtagUseView,
  NetworkDayView,
  NetworkYearView,
  UserDayView,
  UserYearView,
} from '../../../db/queries/statistics.ts'
import { count } from './field.ts'

const date = z.string().openapi({ format: 'date', description: 'A day of UTC', example: '2026-11-22' })
const year = z.number().int().openapi({ description: 'Of UTC', example: 2026 })

const networkShape = {
  posts: count('Posts, replies, retwists, favourites and records of other kinds'),
  authors: count('Who wrote any of them'),
  names: count('Names registered for the first time'),
  hashtags: count('Hashtags used for the first time'),
}
export const networkDaySchema = z.object({ date, ...networkShape }).openapi('NetworkDay')
export const networkYearSchema = z.object({ year, ...networkShape }).openapi('NetworkYear')

const userShape = {
  posts: count('Posts that are neither replies nor retwists'),
  replies: count('Replies'),
  retwists: count('Retwists, with a comment or without'),
  favourites: count('Public favourites'),
  custom: count('Records of other kinds'),
  privateFavourites: count('Encrypted: counted, never shown'),
  directMessages: count('Encrypted: counted, never shown'),
}
export const userDaySchema = z.object({ date, ...userShape }).openapi('UserDay')
export const userYearSchema = z.object({ year, ...userShape }).openapi('UserYear')

export const hashtagDaySchema = z
  .object({ date, posts: count('Posts with it'), people: count('Their authors') })
  .openapi('HashtagDay')

/** `day` is counted from 1970-01-01. */
function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

export function networkDayJson(view: NetworkDayView): z.infer<typeof networkDaySchema> {
  return {
    date: dateOf(view.day),
    posts: view.posts,
    authors: view.authors,
    names: view.names,
    hashtags: view.hashtags,
  }
}

export function networkYearJson(view: NetworkYearView): z.infer<typeof networkYearSchema> {
  return { year: view.year, posts: view.posts, authors: view.authors, names: view.names, hashtags: view.hashtags }
}

export function userDayJson(view: UserDayView): z.infer<typeof userDaySchema> {
  return { date: dateOf(view.day), ...writtenJson(view) }
}

export function userYearJson(view: UserYearView): z.infer<typeof userYearSchema> {
  return { year: view.year, ...writtenJson(view) }
}

function writtenJson(view: Omit<UserDayView, 'day'>) {
  return {
    posts: view.posts,
    replies: view.replies,
    retwists: view.retwists,
    favourites: view.favourites,
    custom: view.custom,
    privateFavourites: view.privateFavourites,
    directMessages: view.directMessages,
  }
}

export function hashtagDayJson(view: HashtagUseView): z.infer<typeof hashtagDaySchema> {
  return { date: dateOf(view.day), posts: view.posts, people: view.people }
}

import type { Cursor } from '../../../db/page.ts'

/** A list of posts as feed readers take it, in whichever format. Paths begin with "/"; times are unix seconds. */
export interface Feed {
  title: string
  /** Of the page that shows the same, with its query. */
  pagePath: string
  items: FeedItem[]
  next?: Cursor
  prev?: Cursor
  /** Whose posts they are, if one person's. */
  author?: FeedAuthor
}

export interface FeedAuthor {
  name: string
  path: string
  picturePath: string
}

export interface FeedItem {
  path: string
  title: string
  /** With absolute addresses. */
  html: string
  time: number
  author: FeedAuthor
  tags: string[]
  /** The post that this one answers. */
  answersPath?: string
}

/** A feed and where it stands. */
export interface PlacedFeed extends Feed {
  origin: string
  /** BCP 47. */
  language: string
  selfPath: string
  /** Of the newest part of a list that has several. */
  firstPath: string
  nextPath?: string
  prevPath?: string
  /** What the service is, in a sentence. */
  about: string
}

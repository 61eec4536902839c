import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * What happened, by reference: what is shown of it is read when it is told. kind: see stream-kind.ts. username: whose it
 * is. number: k of a post, or a height; of a backlog the first. until: the last of a backlog. other: who is followed, or
 * what a backlog is of. hash: content hash of the post, profile or picture; hash of the block.
 */
const reference = () => ({
  kind: text().notNull(),
  username: text(),
  number: integer(),
  until: integer(),
  other: text(),
  hash: bytea(),
})

/**
 * Appended in the transaction that changed something, taken by one sequencer at a time. `seq` orders what one writer
 * wrote, and what waited for what; numbers that commit later may be lower.
 */
export const streamDraft = pgTable('stream_draft', {
  seq: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
  ...reference(),
})

/** Numbered after the commit, without gaps: whoever has read up to an id has missed nothing. Unix milliseconds. */
export const streamEvent = pgTable('stream_event', {
  id: bigint({ mode: 'number' }).primaryKey(),
  atMs: bigint('at_ms', { mode: 'number' }).notNull(),
  ...reference(),
})

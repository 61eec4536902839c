import type { StreamPosition } from '../../../db/queries/stream.ts'
import type { StreamEventView } from '../../../db/queries/stream-events.ts'
import { streamEventJson } from '../../api/schemas/stream-schema.ts'

// Server-sent events, as the HTML standard has them: lines of fields, and an empty line after each event.

export function eventFrame(event: StreamEventView): Buffer {
  return Buffer.from(`id: ${idOf(event)}\nevent: ${event.kind}\ndata: ${JSON.stringify(streamEventJson(event))}\n\n`)
}

/** Without data there is no event, but the reader has the id to go on from: however long nothing matches a filter. */
export function positionFrame(position: StreamPosition): Buffer {
  return Buffer.from(`id: ${idOf(position)}\n\n`)
}

/** A comment. */
export const BEAT_FRAME = Buffer.from(':\n\n')

/** Browsers come back by themselves after so long. */
export function retryFrame(retryMs: number): Buffer {
  return Buffer.from(`retry: ${retryMs}\n\n`)
}

/** The events after the id that was asked for are not known. Goes on with what happens from now on. */
export function resetFrame(position: StreamPosition): Buffer {
  return Buffer.from(
    `id: ${idOf(position)}\nevent: reset\ndata: {"reason":"the events after this id are not kept any more, or it was not given out here: read the lists again"}\n\n`,
  )
}

const REASONS = {
  slow: 'events were not taken in time: come back with the last id',
  stopping: 'this site is about to stop: come back with the last id',
} as const

export type CloseReason = keyof typeof REASONS

export function closedFrame(code: CloseReason): Buffer {
  return Buffer.from(`event: closed\ndata: ${JSON.stringify({ code, reason: REASONS[code] })}\n\n`)
}

function idOf({ id, atMs }: StreamPosition): string {
  return `${id}-${atMs}`
}

import { isoTime } from '../../_lib/format.ts'

/** RFC 3339. What a calendar of four digits does not hold is the beginning of all times: its author may sign anything. */
export function feedTime(seconds: number): string {
  return isoTime(seconds) ?? '1970-01-01T00:00:00Z'
}

/** RFC 822, with years of four digits as RSS allows. */
export function rssTime(seconds: number): string {
  return new Date(feedTime(seconds)).toUTCString()
}

/**
 * An export is lines of JSON: the head; blocks as the queue carries them, or, of some users alone, the registrations of
 * their keys with merkle branch and header; posts and DHT values as the queue carries them, with when and where from they
 * came; the end.
 */
export const EXPORT_VERSION = 1

export interface ExportHead {
  kind: 'windsock-export'
  version: number
  network: string
  /** The hash as it is displayed. */
  tip: { height: number; hash: string }
  /** When it is of some users alone. */
  users?: string[]
  /** Unix seconds. */
  at: number
}

export interface ExportCounts {
  blocks: number
  registrations: number
  userposts: number
  values: number
}

export interface ExportEnd extends ExportCounts {
  kind: 'end'
  /** Of all bytes before this line, in hex. */
  sha256: string
}

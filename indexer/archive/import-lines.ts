/** A line of a file, without its end; undefined bytes when it is longer than may be. */
export interface FileLine {
  number: number
  bytes: Uint8Array | undefined
}

const NEWLINE = 10

/** The lines of foreign bytes: however long one is, no more than `maxBytes` and a chunk are kept in memory. */
export async function* fileLines(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<FileLine> {
  let parts: Uint8Array[] = []
  let length = 0
  let number = 1
  const take = (part: Uint8Array) => {
    length += part.length
    if (length > maxBytes) parts = []
    else parts.push(part)
  }
  const line = (): FileLine => {
    const bytes = length > maxBytes ? undefined : Buffer.concat(parts)
    parts = []
    length = 0
    return { number: number++, bytes }
  }
  for await (const chunk of source) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end))
      start = end + 1
      yield line()
    }
    if (start < chunk.length) take(chunk.subarray(start))
  }
  if (length > 0) yield line()
}

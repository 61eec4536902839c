import { connect, type Socket } from 'node:net'

/** What so many requests took. */
export interface LoadFigures {
  requests: number
  seconds: number
  statuses: Readonly<Record<string, number>>
  /** Milliseconds from a request to the first byte of its answer, and to the last. */
  firstByteMs: readonly number[]
  wholeMs: readonly number[]
}

export interface Load {
  port: number
  connections: number
  /** For so long, and until so many were asked. */
  ms: number
  requests: number
  /** The bytes of the i-th request. */
  requestOf: (i: number) => string
}

/** Asks on each connection as soon as the answer before has arrived. Reads no more of an answer than it must. */
export async function load({ port, connections, ms, requests, requestOf }: Load): Promise<LoadFigures> {
  const statuses: Record<string, number> = {}
  const firstByteMs: number[] = []
  const wholeMs: number[] = []
  const start = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1')
      socket.setNoDelay(true)
      try {
        while (performance.now() - start < ms || next < requests) {
          const askedMs = performance.now()
          const answer = await exchange(socket, requestOf(next++))
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
          firstByteMs.push(answer.firstByteMs - askedMs)
          wholeMs.push(performance.now() - askedMs)
        }
      } finally {
        socket.destroy()
      }
    }),
  )
  return { requests: next, seconds: (performance.now() - start) / 1000, statuses, firstByteMs, wholeMs }
}

/** One request to a path, as a program would send it. */
export function requestText(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const { host = 'bench', ...others } = headers
  const lines = Object.entries(others).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}\r\n`
}

/** The status of the answer and when its first byte came, when all of it has come. */
function exchange(socket: Socket, request: string): Promise<{ status: string; firstByteMs: number }> {
  return new Promise((resolve, reject) => {
    let status = ''
    let firstByteMs = 0
    let head = ''
    let missing = Number.NaN
    const onData = (chunk: Buffer): void => {
      if (firstByteMs === 0) firstByteMs = performance.now()
      if (Number.isNaN(missing)) {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        status = head.slice(9, 12)
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(head.slice(0, end))?.[1] ?? 0)
        missing = (status === '304' ? 0 : length) - (head.length - end - 4)
      } else missing -= chunk.length
      if (missing > 0) return
      socket.off('data', onData)
      socket.off('error', reject)
      resolve({ status, firstByteMs })
    }
    socket.on('data', onData)
    socket.on('error', reject)
    socket.write(request)
  })
}

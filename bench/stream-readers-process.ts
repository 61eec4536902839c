import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerParent, monotonicMs, say } from './child.ts'

const CONNECTING_AT_ONCE = 100
/** Stands in the text of every event that is counted: its number. */
const MARK = /bench-(\d+);/g
const LONGEST_MARK = 20

/**
 * Reads one stream so many times. Says when all are open, and when asked when which event came since it was last asked.
 * Arguments: port, path, count.
 */
async function read(port: number, path: string, count: number): Promise<void> {
  let arrivals: number[] = []
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
    let rest = ''
    socket.on('data', (chunk) => {
      const atMs = monotonicMs()
      const text = rest + chunk.toString('latin1')
      let end = 0
      for (const match of text.matchAll(MARK)) {
        arrivals.push(Number(match[1]), atMs)
        end = match.index + match[0].length
      }
      rest = text.slice(Math.max(end, text.length - LONGEST_MARK))
    })
    await once(socket, 'data')
    return socket
  }
  for (let opened = 0; opened < count; opened += CONNECTING_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(CONNECTING_AT_ONCE, count - opened) }, open))
  }
  answerParent(() => {
    const since = arrivals
    arrivals = []
    return { arrivals: since }
  })
  say({ count })
}

const [port, path = '', count] = process.argv.slice(2)
void read(Number(port), path, Number(count))

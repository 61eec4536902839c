import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'

const TIMEOUT_MS = 5_000

/** Why a Redis cannot be used, in a few words; undefined when it answers a PING. */
export function redisProblem(address: string): Promise<string | undefined> {
  const url = new URL(address)
  const target = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 6379) }
  return new Promise((done) => {
    const socket = url.protocol === 'rediss:' ? connectTls({ ...target, servername: target.host }) : connect(target)
    const finish = (problem: string | undefined) => {
      socket.destroy()
      done(problem)
    }
    let said = ''
    socket.setTimeout(TIMEOUT_MS, () => finish('no answer'))
    socket.once('error', (error) => finish(error.message || String(error)))
    socket.once('close', () => finish('the connection was closed'))
    socket.once(url.protocol === 'rediss:' ? 'secureConnect' : 'connect', () => {
      const user = decodeURIComponent(url.username || 'default')
      if (url.password !== '') socket.write(command(['AUTH', user, decodeURIComponent(url.password)]))
      socket.write(command(['PING']))
    })
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      const refusal = /^-(.*)\r$/m.exec(said)
      if (refusal !== null) finish(refusal[1])
      else if (said.includes('+PONG')) finish(undefined)
    })
  })
}

function command(words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'

const TIMEOUT_MS = 5_000
const MAX_ANSWER = 1_000_000

export type RedisAnswer = { kind: 'answer'; text: string } | { kind: 'problem'; words: string }

/** Why a Redis cannot be used, in a few words; undefined when it answers a PING. */
export async function redisProblem(address: string): Promise<string | undefined> {
  const answer = await askRedis(address, ['PING'])
  return answer.kind === 'problem' ? answer.words : undefined
}

/** Signs in if the address says as whom, and asks one thing that is answered with a text. */
export function askRedis(address: string, words: readonly string[]): Promise<RedisAnswer> {
  const url = new URL(address)
  const target = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 6379) }
  return new Promise((done) => {
    const socket = url.protocol === 'rediss:' ? connectTls({ ...target, servername: target.host }) : connect(target)
    const finish = (answer: RedisAnswer) => {
      socket.destroy()
      done(answer)
    }
    const fail = (words: string) => finish({ kind: 'problem', words })
    let said = ''
    socket.setTimeout(TIMEOUT_MS, () => fail('no answer'))
    socket.once('error', (error) => fail(error.message || String(error)))
    socket.once('close', () => fail('the connection was closed'))
    socket.once(url.protocol === 'rediss:' ? 'secureConnect' : 'connect', () => {
      const user = decodeURIComponent(url.username || 'default')
      if (url.password !== '') socket.write(command(['AUTH', user, decodeURIComponent(url.password)]))
      socket.write(command(words))
      socket.write(command(['PING']))
    })
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      const refusal = /^-(.*)\r$/m.exec(said)
      if (refusal !== null) fail(refusal[1] ?? '')
      else if (said.endsWith('+PONG\r\n')) finish({ kind: 'answer', text: said })
      else if (said.length > MAX_ANSWER) fail('it says too much')
    })
  })
}

function command(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

import { type IncomingMessage, request } from 'node:http'

export interface StreamMessage {
  id?: string
  event?: string
  retry?: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  data?: any
}

/** Reads server-sent events as a browser does. */
export interface StreamClient {
  status: number
  headers: IncomingMessage['headers']
  /** What has data, in order. */
  events: StreamMessage[]
  /** The last id that came, with an event or without. */
  lastId(): string | undefined
  /** Messages without data: how often the stream showed that it is alive. */
  beats(): number
  body(): string
  ended: Promise<void>
  pause(): void
  resume(): void
  close(): void
}

export function openStreamClient(url: string, headers: Record<string, string> = {}): Promise<StreamClient> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      const events: StreamMessage[] = []
      let [text, body, lastId, beats]: [string, string, string | undefined, number] = ['', '', undefined, 0]
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const message of blocks.map(parseMessage)) {
          lastId = message.id ?? lastId
          if (message.data === undefined) beats++
          else events.push(message)
        }
      })
      const ended = new Promise<void>((done) => response.once('close', done))
      response.on('error', () => undefined)
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        events,
        lastId: () => lastId,
        beats: () => beats,
        body: () => body,
        ended,
        pause: () => response.pause(),
        resume: () => response.resume(),
        close: () => asked.destroy(),
      })
    })
    asked.once('error', reject)
    asked.end()
  })
}

function parseMessage(block: string): StreamMessage {
  const fields = block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  const message = Object.fromEntries(fields.filter(([name]) => name !== ''))
  return message['data'] === undefined ? message : { ...message, data: JSON.parse(message['data']) }
}

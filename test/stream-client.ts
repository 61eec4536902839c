import { type IncomingMessage, request } from 'node:http'

/** What the tests look into; what else stands there is checked against the schema. */
export interface StreamData {
  kind?: string
  n?: string
  followed?: string
  post?: { n: string; msg: string; rt?: { n: string; k: number } }
  block?: { height: number; hash: string; prevHash: string }
  promoted?: { n: string }
}

export interface StreamMessage {
  id?: string
  event?: string
  data: StreamData
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
        for (const fields of blocks.map(fieldsOf)) {
          const [id, event, data] = [fields['id'], fields['event'], fields['data']]
          lastId = id ?? lastId
          if (data === undefined) beats++
          else events.push({ ...(id && { id }), ...(event && { event }), data: JSON.parse(data) })
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

function fieldsOf(block: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
}

import { type ApiSubjects, addressesOf } from './api-addresses.ts'
import type { Answering, ApiCall, ApiDocument } from './api-document.ts'

export interface ApiAnswer {
  status: number
  type: string
  body: unknown
}

/** `address`: path and query. */
export async function ask(api: Answering, address: string): Promise<ApiAnswer> {
  const response = await api.fetch(new Request(`http://site.example${address}`))
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, body: await response.json() }
}

const MAX_PAGES = 3
const AT_ONCE = 4

/**
 * Asks every call of the document about everything, and follows the cursors of lists. Answers what is not as declared;
 * `seen` takes the statuses that each call answered with.
 */
export async function faultsOfEverything(
  document: ApiDocument,
  api: Answering,
  subjects: ApiSubjects,
  seen: Map<string, Set<number>> = new Map(),
): Promise<string[]> {
  const waiting = document.calls.flatMap((call) => addressesOf(call, subjects).map((address) => ({ call, address })))
  const faults: string[] = []
  const askNext = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const { call, address } = one
      const statuses = seen.get(call.path) ?? new Set()
      seen.set(call.path, statuses)
      for await (const { at, answer } of pagesOf(api, call, address)) {
        const { status, type, body } = answer
        statuses.add(status)
        faults.push(...document.faultsOf(call, status, type, body).map((fault) => `${at}: ${fault}`))
        if (status >= 500) faults.push(`${at}: ${status}`)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askNext))
  return faults
}

async function* pagesOf(api: Answering, call: ApiCall, address: string) {
  let at: string | undefined = address
  for (let page = 0; at !== undefined && page < MAX_PAGES; page++) {
    const answer: ApiAnswer = await ask(api, at)
    yield { at, answer }
    const cursor: string | undefined = cursorOf(call, answer.body)
    at = cursor && `${address}${address.includes('?') ? '&' : '?'}cursor=${cursor}`
  }
}

/** Of a list with a parameter `cursor`. */
function cursorOf(call: ApiCall, body: unknown): string | undefined {
  const takesCursor = call.parameters.some(({ name }) => name === 'cursor')
  if (!takesCursor || typeof body !== 'object' || body === null || !('next' in body)) return undefined
  return typeof body.next === 'string' ? body.next : undefined
}

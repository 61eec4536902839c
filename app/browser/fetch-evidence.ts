import { MAX_PROOF_BYTES } from '../../verify/limits.ts'

const ANSWER_TIMEOUT_MS = 30_000

/** What the site has to show for a post; or, in its own words, why there is nothing. */
export type Evidence = { kind: 'evidence'; proof: unknown; raw: unknown } | { kind: 'none'; reason: string }

/** Throws where the site does not answer. */
export async function fetchEvidence(n: string, k: number): Promise<Evidence> {
  const [proof, raw] = await Promise.all([fetchJson(n, k, 'proof'), fetchJson(n, k, 'raw')])
  const problem = [proof, raw].find(({ isFound }) => !isFound)
  return problem === undefined
    ? { kind: 'evidence', proof: proof.body, raw: raw.body }
    : { kind: 'none', reason: titleOf(problem.body) }
}

async function fetchJson(n: string, k: number, what: 'proof' | 'raw'): Promise<{ isFound: boolean; body: unknown }> {
  const response = await fetch(`/api/v1/posts/${n}/${k}/${what}`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
  const isProblem = /problem\+json/.test(response.headers.get('content-type') ?? '')
  if (!response.ok && (!isProblem || response.status >= 500 || response.status === 429)) {
    throw new Error(String(response.status))
  }
  const text = await response.text()
  if (text.length > MAX_PROOF_BYTES) return { isFound: true, body: undefined }
  return { isFound: response.ok, body: parseJson(text) }
}

/** What is no JSON is no proof either. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** "title" of problem+json (RFC 9457). */
function titleOf(problem: unknown): string {
  const title = typeof problem === 'object' && problem !== null ? Reflect.get(problem, 'title') : undefined
  return typeof title === 'string' ? title : ''
}

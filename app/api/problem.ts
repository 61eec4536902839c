import { z } from '@hono/zod-openapi'
import type { PostStandingView } from '../../db/views.ts'

/** An error that is told to the caller: problem+json (RFC 9457) with a stable code. */
export class ApiProblem extends Error {
  readonly status: 400 | 404 | 410 | 451 | 503
  readonly code: string
  readonly title: string
  readonly parameter: string | undefined

  constructor(status: 400 | 404 | 410 | 451 | 503, code: string, title: string, parameter?: string) {
    super(title)
    this.status = status
    this.code = code
    this.title = title
    this.parameter = parameter
  }
}

export function unknownUser(n: string): ApiProblem {
  return new ApiProblem(404, 'unknown-user', `the chain holds no name ${n}`)
}

/** `what`: user, post or hashtag. */
export function optedOut(what: string, reason: string): ApiProblem {
  return new ApiProblem(410, 'opted-out', `this ${what} is not shown: ${reason}`)
}

export function blocked(what: string, reason: string): ApiProblem {
  return new ApiProblem(451, 'blocked', `this ${what} is blocked by the operator of this site: ${reason}`)
}

/** Why a post cannot be given, as far as this index knows; nothing for one that is here. */
export function postProblem(standing: PostStandingView): ApiProblem | undefined {
  const { n, k, kind } = standing
  switch (kind) {
    case 'here':
      return undefined
    case 'opted-out':
      return optedOut('post', standing.reason)
    case 'blocked':
      return blocked('post', standing.reason)
    case 'unknown-user':
      return unknownUser(n)
    case 'post-encrypted':
      return new ApiProblem(404, kind, 'this number is an encrypted post: it is counted, never shown')
    case 'post-not-seen':
      return new ApiProblem(404, kind, `${n}/${k} has not been seen by this node`)
  }
}

const problemSchema = z
  .object({
    type: z.literal('about:blank').openapi({ description: 'There is no page about it: code and title say it' }),
    title: z.string().openapi({ description: 'What is wrong, in words', example: 'the chain holds no name zzz' }),
    status: z.number().int().openapi({ description: 'The HTTP status', example: 404 }),
    code: z.string().openapi({ description: 'Stable; for programs', example: 'unknown-user' }),
    parameter: z.string().optional().openapi({ description: 'The parameter that is wrong' }),
  })
  .openapi('Problem', { description: 'RFC 9457' })

const RETRY_AFTER_S = 5

export function problemResponse(status: number, code: string, title: string, parameter?: string): Response {
  const body: z.infer<typeof problemSchema> = { type: 'about:blank', title, status, code, parameter }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}),
    },
  })
}

/** Of parameters that are not as they are declared. */
export function parametersProblem(error: Pick<z.core.$ZodError, 'issues'>): Response {
  const issue = error.issues[0]
  if (issue?.code === 'unrecognized_keys')
    return problemResponse(400, 'unknown-parameter', issue.message, issue.keys[0])
  return problemResponse(400, 'bad-parameter', issue?.message ?? 'not understood', issue?.path.join('.'))
}

const PROBLEM_CONTENT = { 'application/problem+json': { schema: problemSchema } }

export const badRequest = { 400: { description: 'A parameter is wrong or unknown', content: PROBLEM_CONTENT } } as const
export const notFound = { 404: { description: 'There is no such thing here', content: PROBLEM_CONTENT } } as const
export const gone = {
  410: { description: 'The author asks not to be shown on public web sites', content: PROBLEM_CONTENT },
} as const
export const unavailable = {
  451: { description: 'The operator of this site has blocked it', content: PROBLEM_CONTENT },
} as const
export const failed = {
  default: {
    description: 'Too many requests (429), our own fault (500), or the index cannot be read right now (503)',
    content: PROBLEM_CONTENT,
  },
} as const

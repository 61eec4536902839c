import { z } from '@hono/zod-openapi'

/** An error that is told to the caller: problem+json (RFC 9457) with a stable code. */
export class ApiProblem extends Error {
  readonly status: 400 | 404 | 410 | 451
  readonly code: string
  readonly title: string

  constructor(status: 400 | 404 | 410 | 451, code: string, title: string) {
    super(title)
    this.status = status
    this.code = code
    this.title = title
  }
}

export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().openapi({ description: 'What is wrong, in words', example: 'no such user' }),
    status: z.number().int(),
    code: z.string().openapi({ description: 'Stable; for programs', example: 'unknown-user' }),
    parameter: z.string().optional().openapi({ description: 'The parameter that is wrong' }),
  })
  .openapi('Problem')

export function problemResponse(status: number, code: string, title: string, parameter?: string): Response {
  const body: z.infer<typeof problemSchema> = { type: 'about:blank', title, status, code, parameter }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}

const PROBLEM_CONTENT = { 'application/problem+json': { schema: problemSchema } }

export const badRequest = { 400: { description: 'A parameter is wrong or unknown', content: PROBLEM_CONTENT } } as const
export const hidden = {
  410: { description: 'The author asks not to be shown on public web sites', content: PROBLEM_CONTENT },
  451: { description: 'The operator of this site has blocked it', content: PROBLEM_CONTENT },
} as const
export const notFound = { 404: { description: 'There is no such thing here', content: PROBLEM_CONTENT } } as const

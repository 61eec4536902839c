import type { OpenAPIHono } from '@hono/zod-openapi'
import examples from './examples.json' with { type: 'json' }

type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/** An answer to each call, by path, over recorded data: test/api-responses.test.ts makes and holds them. */
const EXAMPLES: Readonly<Record<string, unknown>> = examples

/**
 * Of the document, held by contract.test.ts: the last number grows with words, the middle one with whatever is new. The
 * first is that of /api/v1, from which nothing is ever taken back.
 */
const VERSION = '1.1.0'

/** The OpenAPI document of the calls that have been added so far. */
export function apiDocument(api: OpenAPIHono): ApiDocument {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Windsock',
      version: VERSION,
      description:
        'Reads twister: posts, users, hashtags and the chain of names. Every post was checked against the key that the chain held for its author at its height. Lists go on with the cursor in next.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
  })
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const example = EXAMPLES[path]
    const content = item.get?.responses?.['200']?.content?.['application/json']
    if (example !== undefined && content !== undefined) content.example = example
  }
  return document
}

import { z } from '@hono/zod-openapi'
import type { IgnoredPart } from '../../../db/queries/search-query.ts'
import type { SearchView } from '../../../db/views.ts'
import { listSchema } from '../list.ts'
import { flag, text } from './field.ts'
import { postSchema } from './post-schema.ts'

const ignoredSchema = z
  .object({
    text: text('As it was written'),
    code: z
      .enum(['too-long', 'too-many', 'no-name', 'no-date', 'no-language', 'no-such-value', 'no-word', 'or'])
      .openapi({ description: 'Why it was left out' }),
  })
  .openapi('IgnoredPart')

export const searchSchema = listSchema(postSchema)
  .extend({
    ignored: z.array(ignoredSchema).openapi({ description: 'Parts of the query that were not understood' }),
    replaced: z
      .array(
        z.object({
          word: text('A word of the query'),
          by: z.array(z.string()).openapi({ description: 'Words that stand in posts' }),
        }),
      )
      .openapi({ description: 'Words that no post has, and those of the posts here that were looked for instead' }),
    isCut: flag('It took too long and was given up'),
  })
  .openapi('Search')

export function searchNotesJson(
  view: SearchView,
  ignored: readonly IgnoredPart[],
): Pick<z.infer<typeof searchSchema>, 'ignored' | 'replaced' | 'isCut'> {
  return {
    ignored: ignored.map(({ text, code }) => ({ text, code })),
    replaced: view.replaced.map(({ word, by }) => ({ word, by: [...by] })),
    isCut: view.isCut,
  }
}

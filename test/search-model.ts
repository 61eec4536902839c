import type { SearchQuery, SearchTerm } from '../db/queries/search-query.ts'
import { placedWords } from '../db/search-words.ts'
import type { UserpostFields } from '../node/protocol/userpost.ts'

/** A post as a naive reader sees it. */
export interface PlainPost {
  n: string
  k: number
  time: number
  kind: 'post' | 'reply' | 'retwist'
  text: string
  to: string | undefined
}

export function plainPost(fields: UserpostFields): PlainPost {
  const kind = fields.rt !== undefined ? 'retwist' : fields.reply !== undefined ? 'reply' : 'post'
  const text = (fields.msg ?? '') + (fields.msg2 ?? '')
  return { n: fields.n, k: fields.k, time: fields.time, kind, text, to: fields.reply?.n }
}

export function isFound(post: PlainPost, { terms, since, before }: SearchQuery): boolean {
  if (since !== undefined && post.time < since) return false
  if (before !== undefined && post.time >= before) return false
  return terms.every((term) => holds(post, term) !== term.isNot)
}

function holds({ n, kind, text, to }: PlainPost, term: SearchTerm): boolean {
  switch (term.kind) {
    case 'text':
      return holdsText(text, term.text)
    case 'from':
      return n === term.username
    case 'to':
      return to === term.username
    case 'mention':
      return new RegExp(`(^| )@${term.username}( |$)`).test(text)
    case 'tag':
      return ` ${text} `.includes(` #${term.tag} `)
    case 'link':
      return text.includes('http://') || text.includes('twist:')
    case 'reply':
    case 'retwist':
      return kind === term.kind
    case 'lang':
      throw new Error('the model knows no languages')
  }
}

/** Runs without spaces hold whatever stands in them; of other text whole words follow each other. */
function holdsText(text: string, wanted: string): boolean {
  const words = plainWords(text)
  const asked = plainWords(wanted)
  return words.some((_, at) =>
    asked.every((word, i) => {
      const found = words[at + i]
      if (found === undefined) return false
      if (!/[\u0e00-\u0eff\u3000-\uffff]/.test(word)) return found === word
      return asked.length === 1 ? found.includes(word) : i === 0 ? found.endsWith(word) : found.startsWith(word)
    }),
  )
}

/** The words, with the pairs of a run put together again. */
function plainWords(text: string): string[] {
  const words: string[] = []
  let run = ''
  for (const { word, isFromRun, isRunEnd } of placedWords(text)) {
    if (!isFromRun) words.push(word)
    else {
      run += [...word][0]
      if (isRunEnd) {
        words.push(run)
        run = ''
      }
    }
  }
  return words
}

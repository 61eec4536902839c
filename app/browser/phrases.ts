import type { WordKey } from '../_words/words.ts'
import { fillMessage } from './message.ts'

/** The sentences of app/browser in the language of the page. */
export interface Phrases {
  text(key: WordKey, values?: Readonly<Record<string, string | number>>): string
  /** With elements in the places of values. */
  nodes(key: WordKey, values: Readonly<Record<string, string | number | Node>>): (Node | string)[]
}

let loading: Promise<Phrases> | undefined

/** Fetched once, when there is something to say; the page names their address. */
export function loadPhrases(): Promise<Phrases> {
  loading ??= fetchPhrases()
  loading.catch(() => {
    loading = undefined
  })
  return loading
}

async function fetchPhrases(): Promise<Phrases> {
  const path = document.querySelector<HTMLElement>('script[data-words]')?.dataset['words'] ?? ''
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  const texts = (await response.json()) as Readonly<Record<string, string>>
  const language = document.documentElement.lang
  const nodes: Phrases['nodes'] = (key, values) => fillMessage(texts[key] ?? key, values, language)
  return { nodes, text: (key, values = {}) => nodes(key, values).join('') }
}

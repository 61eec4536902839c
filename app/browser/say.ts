import type { WordKey } from '../_words/words.ts'
import { element } from './elements.ts'

const SAID_FOR_MS = 3000

let place: HTMLElement | undefined

/** A few words at the foot of the window, read out too, which go again. */
export async function say(key: WordKey): Promise<void> {
  place ??= document.body.appendChild(element('p', { class: 'said', role: 'status' }))
  const shown = place
  const { loadPhrases } = await import('./phrases.ts')
  const words = (await loadPhrases()).text(key)
  shown.textContent = words
  setTimeout(() => {
    if (shown.textContent === words) shown.textContent = ''
  }, SAID_FOR_MS)
}

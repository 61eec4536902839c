import type { WordKey } from '../_words/words.ts'

const SAID_FOR_MS = 3000

let place: HTMLElement | undefined

/** A few words at the foot of the window, read out too, which go again. */
export async function say(key: WordKey): Promise<void> {
  place ??= makePlace()
  const shown = place
  const { loadPhrases } = await import('./phrases.ts')
  const words = (await loadPhrases()).text(key)
  shown.textContent = words
  setTimeout(() => {
    if (shown.textContent === words) shown.textContent = ''
  }, SAID_FOR_MS)
}

function makePlace(): HTMLElement {
  const made = document.createElement('p')
  made.className = 'said'
  made.setAttribute('role', 'status')
  return document.body.appendChild(made)
}

import type { ShownPost } from './verify-judge.ts'

/** Shows the button: all that it needs is fetched when it is pressed, not before. */
export function offerVerification(): void {
  const place = document.querySelector<HTMLElement>('[data-verify]')
  const button = place?.querySelector('button')
  const said = place?.querySelector<HTMLElement>('[role="status"]')
  if (!place || !button || !said) return
  // Now, before a browser that translates pages puts other words there.
  const shown = shownPost()
  place.hidden = false
  let isBusy = false
  button.addEventListener('click', async () => {
    if (isBusy) return
    isBusy = true
    // Not `disabled`, which would lose the focus.
    button.setAttribute('aria-disabled', 'true')
    try {
      const { verifyHere } = await import('./verify-panel.ts')
      await verifyHere({ place, button, said, shown })
    } catch {
      said.textContent = place.dataset['notLoaded'] ?? ''
    }
    isBusy = false
    button.removeAttribute('aria-disabled')
  })
}

/** Of the elements that a reader sees, not of data beside them. */
function shownPost(): ShownPost {
  const textOf = (selector: string) => document.querySelector(selector)?.textContent ?? ''
  return {
    words: textOf('.focus > .e-content'),
    innerWords: textOf('.focus > .quote .e-content'),
    time: document.querySelector<HTMLTimeElement>('.focus > .line time')?.dateTime ?? '',
  }
}

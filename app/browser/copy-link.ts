import { say } from './say.ts'

/** Shows the control that copies the canonical address of the post that the page is about. */
export function offerCopyLink(): void {
  const place = document.querySelector<HTMLElement>('[data-copy]')
  const address = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href
  if (place === null || address === undefined) return
  place.hidden = false
  place.querySelector('button')?.addEventListener('click', () => void copyLink(address))
}

/** At once, as long as the browser takes it for the reader's wish; and says so. */
export async function copyLink(address: string): Promise<void> {
  const isCopied = await copy(address)
  await say(isCopied ? 'copy.done' : 'copy.failed')
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // On plain http there is no clipboard.
    return copySelected(text)
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement('textarea')
  field.className = 'unseen'
  field.readOnly = true
  field.value = text
  const before = document.activeElement
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  return isCopied
}

import { copyLink } from './copy-link.ts'
import { keysSetting } from './keys-setting.ts'

const ROWS = 'main article.post, main .focus, main .tree .row, main .pager a'
const PERMALINK = 'a.when, a.u-url'

/** What each key does, and so what the help says. `Enter` opens the row that a key has led to. */
const ACTIONS: Readonly<Record<string, () => void>> = {
  j: () => step(1),
  k: () => step(-1),
  Enter: () => permalinkOf(currentRow())?.click(),
  c: () => {
    const address =
      permalinkOf(currentRow())?.href ?? document.querySelector<HTMLLinkElement>('[rel="canonical"]')?.href
    if (address !== undefined) void copyLink(address)
  },
  '.': () => document.querySelector<HTMLButtonElement>('[data-live] button')?.click(),
  '/': () => document.querySelector<HTMLInputElement>('input[name="q"]')?.focus(),
}

/**
 * Keys that walk over the posts. They are nobody's who types, nor of whoever holds another key down, and can be switched
 * off in the help ("a mechanism is available to turn the shortcut off", WCAG 2.1, 2.1.4).
 */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (isTaken(event.target)) return
    const key = keyOf(event)
    const action = key === '?' ? showHelp : ACTIONS[key]
    if (action === undefined || (!keysSetting.areOn() && key !== '?')) return
    // What has the focus by itself follows its own link.
    if (key === 'Enter' && event.target !== currentRow()) return
    event.preventDefault()
    action()
  })
  const button = document.querySelector<HTMLElement>('[data-keys]')
  if (button === null) return
  button.hidden = false
  button.addEventListener('click', showHelp)
}

/** The letter on the key, on a keyboard of another script the one that stands there on an English one. */
function keyOf({ key, code }: KeyboardEvent): string {
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase()
  return /^Key[A-Z]$/.test(code) && key.length === 1 ? code.slice(3).toLowerCase() : key
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('input, textarea, select, dialog, [role="textbox"]') !== null
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.getClientRects().length > 0)
}

function currentRow(): HTMLElement | undefined {
  const row = document.activeElement?.closest<HTMLElement>(ROWS)
  return row ?? undefined
}

function step(by: 1 | -1): void {
  const all = rows()
  const current = currentRow()
  const at = current === undefined ? -1 : all.indexOf(current)
  const row = at === -1 ? firstInSight(all) : all[at + by]
  if (row === undefined) return
  if (!row.matches('a')) row.tabIndex = -1
  row.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}

/** Where a reader is who has scrolled: what has been read lies above the window. */
function firstInSight(all: readonly HTMLElement[]): HTMLElement | undefined {
  return all.find((row) => row.getBoundingClientRect().top >= 0) ?? all.at(-1)
}

function permalinkOf(row: HTMLElement | undefined): HTMLAnchorElement | undefined {
  return row?.querySelector<HTMLAnchorElement>(PERMALINK) ?? undefined
}

function showHelp(): void {
  void import('./keys-help.ts').then((help) => help.showKeysHelp(keysSetting))
}

import type { WordKey } from '../_words/words.ts'
import { element } from './elements.ts'
import type { KeysSetting } from './keys-setting.ts'
import { loadPhrases } from './phrases.ts'

const KEYS: readonly (readonly [key: string, does: WordKey])[] = [
  ['j', 'keys.next'],
  ['k', 'keys.previous'],
  ['↵', 'keys.open'],
  ['c', 'keys.copy'],
  ['.', 'keys.fresh'],
  ['/', 'keys.search'],
  ['?', 'keys.help'],
]

/** Says what the keys do, and lets the reader switch them off. Escape closes it, and the focus goes back. */
export async function showKeysHelp(setting: KeysSetting): Promise<void> {
  const { text } = await loadPhrases()
  if (document.querySelector('dialog') !== null) return
  const isOn = element('input', { type: 'checkbox' })
  isOn.checked = setting.areOn()
  isOn.addEventListener('change', () => setting.set(isOn.checked))
  const rows = KEYS.flatMap(([key, does]) => [
    element('dt', {}, element('kbd', {}, key)),
    element('dd', {}, text(does)),
  ])
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'keys-title' },
    element('h2', { id: 'keys-title' }, text('keys.title')),
    element('dl', { class: 'facts' }, ...rows),
    element('p', {}, element('label', {}, isOn, ` ${text('keys.on')}`)),
    element('p', { class: 'mut small' }, text('keys.onNote')),
    element('form', { method: 'dialog' }, element('button', {}, text('keys.close'))),
  )
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

import { element, list, more } from './elements.ts'
import { fetchEvidence } from './fetch-evidence.ts'
import { loadPhrases, type Phrases } from './phrases.ts'
import type { Question, ShownPost } from './verify-judge.ts'
import type { TimedVerdict } from './verify-worker.ts'

/** Put in by browser-code.ts: what checks, with its curve and its hashes, is fetched when it is wanted. */
declare const VERIFY_WORKER_PATH: string

interface VerifyPlace {
  place: HTMLElement
  button: HTMLButtonElement
  /** Is read out when it changes. */
  said: HTMLElement
  shown: ShownPost
}

const CHECKED =
  'M8 1.500 13.500 3.500V8c0 3.500-2.500 5.500-5.500 6.500C5 13.500 2.500 11.500 2.500 8V3.500zM5.500 8l2 2 3.300-3.600'
const FAILED =
  'M8 1.500 13.500 3.500V8c0 3.500-2.500 5.500-5.500 6.500C5 13.500 2.500 11.500 2.500 8V3.500zM6 6l4 4M10 6l-4 4'

/** Checks the post that a page is about, and says how that went in the place of the button. */
export async function verifyHere({ place, button, said, shown }: VerifyPlace): Promise<void> {
  const phrases = await loadPhrases()
  said.textContent = phrases.text('verify.working')
  const [n = '', k = ''] = place.dataset['verify']?.split('/') ?? []
  const evidence = await fetchEvidence(n, Number(k)).catch(() => undefined)
  if (evidence === undefined) {
    said.textContent = phrases.text('verify.noAnswer')
    return
  }
  if (evidence.kind === 'none') {
    said.replaceChildren(...phrases.nodes('verify.noProof', { reason: inEnglish(evidence.reason) }))
    return
  }
  const { proof, raw } = evidence
  const verdict = await askWorker({ n, k: Number(k), shown, proof, raw })
  place.classList.add('done')
  said.className = verdict.failure === undefined ? 'verdict' : 'verdict bad'
  said.tabIndex = -1
  const hadFocus = document.activeElement === button
  button.remove()
  said.replaceChildren(shield(verdict.failure === undefined), headline(verdict, phrases))
  place.append(...detailsOf(verdict, phrases))
  if (hadFocus) said.focus()
}

function askWorker(question: Question): Promise<TimedVerdict> {
  const worker = new Worker(VERIFY_WORKER_PATH)
  return new Promise<TimedVerdict>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<TimedVerdict>) => resolve(data))
    worker.addEventListener('error', () => reject(new Error('the worker failed')))
    worker.postMessage(question)
  }).finally(() => worker.terminate())
}

function headline({ failure, ms }: TimedVerdict, phrases: Phrases): string {
  return failure === undefined ? phrases.text('verify.good', { ms }) : phrases.text(`verify.bad.${failure.step}`)
}

function detailsOf(verdict: TimedVerdict, phrases: Phrases): HTMLElement[] {
  const { failure, checks, isTestNetwork } = verdict
  const steps = list(
    'ol',
    'steps',
    checks.map(({ code, values }) => phrases.nodes(`verify.step.${code}`, withMarks(values))),
  )
  const warning = isTestNetwork ? [element('p', {}, element('b', {}, phrases.text('verify.testNetwork')))] : []
  if (failure !== undefined) {
    const exactly = element('p', {}, ...phrases.nodes('verify.exactly', { failure: inEnglish(failure.exactly) }))
    return [exactly, ...(checks.length === 0 ? [] : [more(phrases.text('verify.held'), steps)])]
  }
  return [
    ...warning,
    steps,
    ...(verdict.signedWords === '' ? [] : [signedWords(verdict, phrases)]),
    believed(verdict, phrases),
    cannot(verdict, phrases),
  ]
}

function signedWords(verdict: TimedVerdict, phrases: Phrases): HTMLElement {
  return more(phrases.text('verify.signedWords'), element('pre', { dir: 'auto' }, verdict.signedWords))
}

function believed({ checkpoints }: TimedVerdict, phrases: Phrases): HTMLElement {
  const rows = checkpoints.map(({ height, hash, isUsed }) => {
    const block = phrases.text('verify.checkpoint', { height })
    const name = isUsed ? element('b', {}, block, ' · ', phrases.text('verify.usedHere')) : block
    return [name, element('code', { dir: 'ltr' }, hash)]
  })
  const title = phrases.text('verify.believed', { count: checkpoints.length })
  return more(title, element('p', {}, phrases.text('verify.believedFrom')), list('ul', 'checkpoints', rows))
}

function cannot({ limits }: TimedVerdict, phrases: Phrases): HTMLElement {
  const sentences = [...limits, 'own-code' as const].map((limit) => [phrases.text(`verify.cannot.${limit}`)])
  return more(phrases.text('verify.cannot.title'), list('ul', 'points', sentences))
}

const MAX_HEX = 20

/** Names and hashes keep their own direction; a long hash shows its ends, and all of it to who points at it. */
function withMarks(values: Readonly<Record<string, string | number>>): Record<string, string | number | Node> {
  const marked = Object.entries(values).map(([name, value]) => {
    if (name === 'work') return [name, Number(value)] as const
    if (typeof value === 'number') return [name, value] as const
    if (value.length <= MAX_HEX) return [name, element('bdi', { dir: 'ltr' }, value)] as const
    const ends = `${value.slice(0, 4)} ${value.slice(4, 8)} … ${value.slice(-4)}`
    return [name, element('span', { class: 'mono', dir: 'ltr', title: value }, ends)] as const
  })
  return Object.fromEntries(marked)
}

function inEnglish(text: string): HTMLElement {
  return element('bdi', { lang: 'en' }, text)
}

function shield(isGood: boolean): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const attributes = { class: 'i', width: '18', height: '18', viewBox: '0 0 16 16', 'aria-hidden': 'true' }
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value)
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', isGood ? CHECKED : FAILED)
  svg.append(path)
  return svg
}

/** Makes the forms of the page about the API work: asks the call and shows what came. */

/** A stream never ends, and an archive may be long: so much is shown of an answer, within so long. */
const MAX_SHOWN_BYTES = 64 * 1024
const MAX_WAIT_MS = 10_000

for (const form of document.querySelectorAll('form.try')) {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void ask(form)
  })
}
openTarget()
addEventListener('hashchange', openTarget)

/** What the address leads to stands in a part that folds. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target?.tagName !== 'DETAILS') return
  target.open = true
  target.scrollIntoView()
}

async function ask(form) {
  const head = form.querySelector('[data-part=head]')
  const body = form.querySelector('[data-part=body]')
  const address = addressOf(form)
  head.textContent = `GET ${address} …`
  body.hidden = true
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(MAX_WAIT_MS) })
    const type = response.headers.get('content-type') ?? ''
    head.textContent = `GET ${address} ${response.status} ${type}`
    body.hidden = false
    body.textContent = readable(type, await shownPart(response, (text) => (body.textContent = text)))
  } catch (error) {
    head.textContent = `GET ${address}: ${error.message}`
  }
}

function addressOf(form) {
  let path = form.dataset.path
  const query = new URLSearchParams()
  for (const field of form.querySelectorAll('[name]')) {
    if (field.dataset.place === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(field.value))
    else if (field.value !== '') query.set(field.name, field.value)
  }
  return query.size === 0 ? path : `${path}?${query}`
}

/** The beginning of an answer, told as it comes. */
async function shownPart(response, tell) {
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let sizeBytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return text + decoder.decode()
      sizeBytes += value.length
      text += decoder.decode(value, { stream: true })
      tell(text)
      if (sizeBytes > MAX_SHOWN_BYTES) break
    }
  } catch (error) {
    if (error.name !== 'TimeoutError') throw error
  }
  await reader.cancel().catch(() => undefined)
  return `${text}\n…`
}

function readable(type, text) {
  if (!/^application\/(problem\+)?json/.test(type)) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

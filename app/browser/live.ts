import { element } from './elements.ts'
import { loadPhrases } from './phrases.ts'

const POST_KINDS = ['post', 'reply', 'retwist', 'favourite', 'custom']

/**
 * Counts the posts that came since the page was made, and offers them: nothing moves by itself. Only a page that is
 * looked at keeps a connection, since a browser has few of them for one site.
 */
export function offerNewPosts(): void {
  const place = document.querySelector<HTMLElement>('[data-live]')
  if (place === null) return
  const wish = new URLSearchParams(place.dataset['live'])
  if (!wish.has('kinds')) wish.set('kinds', POST_KINDS.join(','))
  const fresh = new Set<string>()
  let source: EventSource | undefined

  function hear(event: MessageEvent<string>): void {
    goOnAfter(event)
    const { post } = JSON.parse(event.data) as { post: { n: string; k: number } }
    const name = `${post.n}/${post.k}`
    // Both may have happened: the page was made with it, and after that it was told.
    if (document.querySelector(`main a[href$="/@${name}"]`) !== null) return
    fresh.add(name)
    void offer()
  }

  function goOnAfter({ lastEventId }: MessageEvent): void {
    if (lastEventId !== '') wish.set('lastEventId', lastEventId)
  }

  async function offer(isCounted = true): Promise<void> {
    const phrases = await loadPhrases()
    const words = isCounted ? phrases.text('live.new', { count: fresh.size }) : phrases.text('live.look')
    const button = place?.querySelector('button') ?? element('button', { type: 'button' })
    button.textContent = words
    button.onclick = loadAgain
    place?.append(button)
  }

  function follow(): void {
    if (document.hidden) {
      source?.close()
      source = undefined
    } else if (source === undefined) {
      source = new EventSource(`/api/v1/stream?${wish}`)
      for (const kind of POST_KINDS) source.addEventListener(kind, hear)
      source.addEventListener('reset', (event) => {
        goOnAfter(event)
        void offer(false)
      })
    }
  }

  document.addEventListener('visibilitychange', follow)
  addEventListener('pagehide', () => {
    source?.close()
    source = undefined
  })
  addEventListener('pageshow', follow)
  follow()
}

/** A reload asks the site, where a link might show what the browser kept; and the new posts are at the top. */
function loadAgain(): void {
  history.scrollRestoration = 'manual'
  location.reload()
}

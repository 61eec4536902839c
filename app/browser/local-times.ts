const DAY = { year: 'numeric', month: 'short', day: 'numeric' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const

/** Beside every time in UTC the reader's own: in its tooltip, and in words where it is the one that a page is about. */
export function showLocalTimes(): void {
  const { lang } = document.documentElement
  // As on the page: one calendar, one set of digits, twenty-four hours.
  const locale = `${lang === 'en' ? 'en-GB' : lang}-u-ca-gregory-hc-h23-nu-latn`
  const full = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK })
  const clock = new Intl.DateTimeFormat(locale, CLOCK)
  for (const time of document.querySelectorAll('time')) {
    const date = new Date(time.dateTime)
    // Where the clock shows UTC there is nothing to add.
    if (Number.isNaN(date.getTime()) || date.getTimezoneOffset() === 0) continue
    const local = full.format(date)
    time.title = time.title === '' ? local : `${time.title} · ${local}`
    if (!time.matches('.focus > .line time')) continue
    time.after(` (${date.getDate() === date.getUTCDate() ? clock.format(date) : local})`)
  }
}

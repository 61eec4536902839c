const FORM = {
  ...({ year: 'numeric', month: 'short', day: 'numeric' } as const),
  ...({ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const),
} satisfies Intl.DateTimeFormatOptions

/** Beside every time in UTC the reader's own: in its tooltip, and in words where it is the one that a page is about. */
export function showLocalTimes(): void {
  // As on the page: one calendar, one set of digits.
  const format = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-ca-gregory-nu-latn`, FORM)
  for (const time of document.querySelectorAll('time')) {
    const date = new Date(time.dateTime)
    // Where the clock shows UTC there is nothing to add.
    if (Number.isNaN(date.getTime()) || date.getTimezoneOffset() === 0) continue
    const local = format.format(date)
    time.title = time.title === '' ? local : `${time.title} · ${local}`
    if (time.matches('.focus > .line time')) time.after(` (${local})`)
  }
}

/** What a walk with Tab sees, kept in the page itself. */
export interface FocusWalk {
  /** After each Tab. Over when the focus has left the page or begins again. */
  step(): { faults: string[]; isOver: boolean; isSummary: boolean }
  /** What was never reached, and what was reached before something that is read earlier. */
  end(): string[]
}

declare global {
  interface Window {
    windsockWalk: FocusWalk
  }
}

/** Runs in the page, so everything it needs is in it. */
export function focusSteps(): void {
  const MIN_OUTLINE_PX = 2
  /** WCAG 2.2, 1.4.11: a focus indicator against what is around it. */
  const MIN_CONTRAST = 3
  const MAX_PARTS = 6
  const reached: HTMLElement[] = []
  let parts = 0
  let before: { element: HTMLElement; outline: string } | undefined

  const nameOf = (element: Element) => element.outerHTML.slice(0, 110)
  const outlineOf = (element: Element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element)
    return `${outlineStyle} ${outlineWidth} ${outlineColor} ${boxShadow}`
  }
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const groundOf = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)'
    const { backgroundColor } = getComputedStyle(element)
    return (channels(backgroundColor)[3] ?? 1) === 1 ? backgroundColor : groundOf(element.parentElement)
  }
  const contrastOf = (element: Element) => {
    const [low = 0, high = 0] = [
      luminance(getComputedStyle(element).outlineColor),
      luminance(groundOf(element.parentElement)),
    ].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }
  const firstRect = (element: Element) => element.getClientRects()[0] ?? element.getBoundingClientRect()
  const isInSight = (element: Element) => {
    const { left, right, top, bottom } = firstRect(element)
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2
    const there = document.elementFromPoint(x, y)
    return there !== null && (element.contains(there) || there.contains(element))
  }
  /** The focus may not be cut off by something around it. */
  const isClipped = (element: Element) => {
    const rect = firstRect(element)
    const { outlineWidth, outlineOffset } = getComputedStyle(element)
    const reach = Number.parseFloat(outlineWidth) + Number.parseFloat(outlineOffset)
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      const { overflowX, overflowClipMargin } = getComputedStyle(around)
      if (overflowX === 'visible' || around === document.body) continue
      const { left, right } = around.getBoundingClientRect()
      const spare = reach - (overflowX === 'clip' ? Number.parseFloat(overflowClipMargin) : 0)
      if (rect.left - spare < left - 0.5 || rect.right + spare > right + 0.5) return true
    }
    return false
  }
  const styleFaults = (element: HTMLElement) => {
    const faults: string[] = []
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < MIN_OUTLINE_PX) faults.push('focus has no outline')
    else if (contrastOf(element) < MIN_CONTRAST) faults.push(`focus has a contrast of ${contrastOf(element)}`)
    if (!isInSight(element)) faults.push('focus is out of sight')
    if (isClipped(element)) faults.push('focus is cut off')
    return faults.map((fault) => `${fault}: ${nameOf(element)}`)
  }

  const isScroller = (element: Element) =>
    element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight
  const wanted = () =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, textarea, summary, iframe, [tabindex]',
      ),
    ].filter(
      (element) =>
        element.tabIndex >= 0 &&
        !element.matches(':disabled, [type=hidden]') &&
        element.checkVisibility({ visibilityProperty: true }),
    )
  const WIDE_PX = 900
  const REGIONS = 'header, footer, aside, .card, .column, main'
  const orderFaults = () => {
    const faults: string[] = []
    for (const [at, element] of reached.entries()) {
      const previous = reached[at - 1]
      // The skip link lies above everything.
      if (previous === undefined || at === 1) continue
      // Beside each other where there is room, below each other where there is none.
      if (innerWidth >= WIDE_PX && element.closest(REGIONS) !== previous.closest(REGIONS)) continue
      // What a profile has besides is shown after its posts where there is no room beside them, and reached before them.
      if (previous.closest('.besides') !== null && element.closest('.besides') === null) continue
      const range = document.createRange()
      range.setStartBefore(previous)
      range.setEndAfter(element)
      const around = range.commonAncestorContainer
      const isRtl = around instanceof Element && getComputedStyle(around).direction === 'rtl'
      const one = firstRect(previous)
      const other = firstRect(element)
      const isAbove = other.bottom <= one.top + 1
      const isBeside = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > one.height / 2
      const isBehind = isBeside && (isRtl ? other.left >= one.right : other.right <= one.left)
      if (isAbove || isBehind) faults.push(`read before, reached after: ${nameOf(element)} | ${nameOf(previous)}`)
    }
    return faults
  }

  window.windsockWalk = {
    step: () => {
      const element = document.activeElement
      const faults: string[] = []
      // A date has parts, and the focus goes through them.
      const isPart = element === reached.at(-1) && element?.matches('[type=date]')
      if (isPart && ++parts < MAX_PARTS) return { faults, isOver: false, isSummary: false }
      parts = 0
      if (before !== undefined && outlineOf(before.element) === before.outline) {
        faults.push(`looks the same without focus: ${nameOf(before.element)}`)
      }
      before = undefined
      if (!(element instanceof HTMLElement) || element === document.body || element === reached[0]) {
        return { faults, isOver: true, isSummary: false }
      }
      if (reached.includes(element)) {
        return { faults: [...faults, `reached twice: ${nameOf(element)}`], isOver: true, isSummary: false }
      }
      reached.push(element)
      faults.push(...styleFaults(element))
      before = { element, outline: outlineOf(element) }
      return { faults, isOver: false, isSummary: element.matches('summary') }
    },
    end: () => {
      const all = wanted()
      const missed = all.filter((element) => !reached.includes(element) && element.closest('[data-live]') === null)
      const strange = reached.filter((element) => !all.includes(element) && !isScroller(element))
      return [
        ...missed.map((element) => `not reached: ${nameOf(element)}`),
        ...strange.map((element) => `reached, but nothing to be used: ${nameOf(element)}`),
        ...orderFaults(),
      ]
    },
  }
}

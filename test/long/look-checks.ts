import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** px; 320 is as narrow as any screen is. */
export const WIDTHS = [320, 360, 900, 1440] as const
export const HEIGHT = 800
const SKIP_MS = 3000

/** A frame that another site shows, which has its own frame around it. */
export function isEmbedded(path: string): boolean {
  return path.startsWith('/embed/')
}

/** What every page has, whatever it shows. */
export async function structureFaults(page: Page, path: string): Promise<string[]> {
  const wanted: Record<string, number> = { h1: 1, main: 1, title: 1, 'html[lang]': 1 }
  if (!isEmbedded(path)) {
    // A header or footer of the page itself, not of a part of it.
    Object.assign(wanted, { 'body > header': 1, 'body > footer': 1, 'header nav[aria-label]': 1, 'a.skip': 1 })
    wanted['search'] = 1
  }
  const faults: string[] = []
  for (const [selector, count] of Object.entries(wanted)) {
    const there = await page.locator(selector).count()
    if (there !== count) faults.push(`${there} of ${selector}, not ${count}`)
  }
  if (isEmbedded(path)) return faults
  await page.keyboard.press('Tab')
  const skip = page.locator('a.skip:focus')
  if ((await skip.count()) !== 1) faults.push('the first to be reached by keyboard is not the skip link')
  else if (!(await skip.evaluate((link) => link.getBoundingClientRect().top >= 0))) faults.push('unseen skip link')
  await page.keyboard.press('Enter')
  const skipped = await page.waitForURL(/#main$/, { timeout: SKIP_MS }).then(
    () => true,
    () => false,
  )
  if (!skipped) faults.push('the skip link does not lead to #main')
  return faults
}

/** At each width, whatever cannot be read without moving the page sideways. */
export async function overflowFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 0) faults.push(`${wide} px too wide at ${width}: ${await widest(page)}`)
  }
  return faults
}

async function widest(page: Page): Promise<string> {
  return page.evaluate(() => {
    const isOut = (element: Element) => {
      const { left, right } = element.getBoundingClientRect()
      return right > innerWidth + 0.5 || left < -0.5
    }
    const out = [...document.querySelectorAll('body *')].filter(isOut)
    const inner = out.filter((element) => ![...element.children].some(isOut))
    return inner
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 120))
      .join(' ')
  })
}

export async function axeFaults(page: Page): Promise<string[]> {
  // No page holds a frame, so one pass is enough.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
}

import type { Page } from 'playwright-core'
import { focusSteps } from './look-focus.ts'

const MAX_STEPS = 3000

/**
 * From the top with Tab alone through everything that can be reached, in the order in which it is read; details opened
 * and closed on the way; and last the search, by its field and Enter.
 */
export async function keyboardFaults(page: Page): Promise<string[]> {
  await page.evaluate(focusSteps)
  const faults: string[] = []
  let steps = 0
  for (; steps < MAX_STEPS; steps++) {
    await page.keyboard.press('Tab')
    const step = await page.evaluate(() => window.windsockWalk.step())
    faults.push(...step.faults)
    if (step.isOver) break
    if (step.isSummary) faults.push(...(await detailsFaults(page)))
  }
  if (steps === MAX_STEPS) faults.push(`the keyboard is not through after ${MAX_STEPS} steps`)
  faults.push(...(await page.evaluate(() => window.windsockWalk.end())))
  faults.push(...(await searchFaults(page)))
  return faults
}

/** The focus is on a summary. Afterwards it is open. */
async function detailsFaults(page: Page): Promise<string[]> {
  const isOpen = () => page.evaluate(() => document.activeElement?.parentElement?.hasAttribute('open') ?? false)
  const faults: string[] = []
  let before = await isOpen()
  for (const key of ['Enter', 'Space']) {
    await page.keyboard.press(key)
    const after = await isOpen()
    if (after === before) faults.push(`${key} does nothing on a summary`)
    before = after
  }
  if (!before) await page.keyboard.press('Enter')
  return faults
}

async function searchFaults(page: Page): Promise<string[]> {
  const field = page.locator('search input[name=q], form[action$="/search"] input[name=q]').first()
  if ((await field.count()) === 0) return []
  await field.focus()
  await field.fill('')
  await page.keyboard.type('wind')
  await Promise.all([page.waitForURL(/\/search\?q=wind/), page.keyboard.press('Enter')])
  return []
}

import type { Browser, Page } from 'playwright-core'
import type { Make } from './look-makes.ts'

/** A page of a browser that goes from one make to the next, and what was wrong since it last arrived. */
export interface LookPage {
  page: Page
  /** What is wrong with the way the page came. */
  goTo(url: string, make: Make, language: string): Promise<string[]>
  close(): Promise<void>
}

export interface LookOptions {
  javaScript: boolean
  /** Scripts run, but the site's own are empty: axe is a script itself. */
  emptyScripts?: boolean
}

const ARRIVAL_MS = 20_000

export async function openLookPage(browser: Browser, options: LookOptions): Promise<LookPage> {
  const context = await browser.newContext({
    javaScriptEnabled: options.javaScript,
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  context.setDefaultTimeout(ARRIVAL_MS)
  if (options.emptyScripts) {
    await context.route('**/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
  }
  const page = await context.newPage()
  let faults: string[] = []
  let here = ''
  page.on('console', (message) => {
    // What could not be loaded is seen below, with its address.
    if (!message.text().startsWith('Failed to load resource')) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => {
    if (request.url() !== 'about:blank' && !request.url().startsWith(`${new URL(here).origin}/`))
      faults.push(`asked elsewhere: ${request.url()}`)
  })
  page.on('requestfailed', (request) => {
    // Whoever leaves a page ends what it still asks for, its stream above all.
    const why = request.failure()?.errorText
    if (why !== 'net::ERR_ABORTED') faults.push(`${why}: ${request.url()}`)
  })
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest()
    if (response.status() >= 400 && !isPage) faults.push(`${response.status()}: ${response.url()}`)
  })
  return {
    page,
    goTo: async (url, { path, status }, language) => {
      await page.goto('about:blank')
      here = `${url}${language}${path}`
      faults = []
      const response = await page.goto(here)
      if (response?.status() !== status) faults.push(`answers ${response?.status()}, not ${status}`)
      if (options.javaScript && !options.emptyScripts) await scriptsHaveRun(page)
      return faults
    },
    close: () => context.close(),
  }
}

/** The button of the keys is in the foot of every page that has a script. */
async function scriptsHaveRun(page: Page): Promise<void> {
  if ((await page.locator('[data-keys]').count()) === 0) return
  if ((await page.locator('script[type=module]').count()) === 0) return
  await page.locator('[data-keys]:not([hidden])').waitFor({ state: 'attached' })
}

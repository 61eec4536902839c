import type { Browser } from 'playwright-core'
import { axeFaults, HEIGHT, overflowFaults, structureFaults } from './look-checks.ts'
import type { Ground } from './look-ground.ts'
import { keyboardFaults } from './look-keyboard.ts'
import type { Make } from './look-makes.ts'
import { type LookOptions, openLookPage } from './look-page.ts'

const ARABIC = '/ar'

/** What is done on each make; answers what is wrong. */
type Look = (make: Make, url: string) => Promise<string[]>

/**
 * Each make of page at every width, light, dark and in Arabic: how it comes, whether it fits, what it is made of. What
 * answers is where something is wrong.
 */
export async function structureOf(browser: Browser, ground: Ground, options: LookOptions): Promise<string[]> {
  const looked = await openLookPage(browser, options)
  const { page } = looked
  const faults: string[] = []
  for (const language of ['', ARABIC]) {
    const look: Look = async (make, url) => {
      await page.emulateMedia({ colorScheme: 'light' })
      const found = await looked.goTo(url, make, language)
      await page.setViewportSize({ width: 900, height: HEIGHT })
      found.push(...(await structureFaults(page, make.path)))
      for (const colorScheme of language === '' ? (['light', 'dark'] as const) : (['light'] as const)) {
        await page.emulateMedia({ colorScheme })
        found.push(...(await overflowFaults(page)).map((fault) => `${colorScheme}: ${fault}`))
      }
      return found
    }
    const name = `looks ${options.javaScript ? 'with' : 'without'} JavaScript ${language}`
    faults.push(...(await onEachMake(ground, `${name}`, language, look)))
  }
  await looked.close()
  return faults
}

/** axe once for each of the looks that differ to it. */
export async function axeOf(browser: Browser, ground: Ground): Promise<string[]> {
  const faults: string[] = []
  const rounds = [
    {
      emptyScripts: false,
      language: '',
      looks: [
        ['light', 1440],
        ['dark', 900],
      ],
    },
    { emptyScripts: true, language: '', looks: [['light', 360]] },
    { emptyScripts: true, language: ARABIC, looks: [['dark', 1440]] },
  ] as const
  for (const { emptyScripts, language, looks } of rounds) {
    const looked = await openLookPage(browser, { javaScript: true, emptyScripts })
    const look: Look = async (make, url) => {
      const found = await looked.goTo(url, make, language)
      for (const [colorScheme, width] of looks) {
        await looked.page.emulateMedia({ colorScheme })
        await looked.page.setViewportSize({ width, height: HEIGHT })
        found.push(...(await axeFaults(looked.page)).map((fault) => `${colorScheme} ${width}: ${fault}`))
      }
      return found
    }
    faults.push(...(await onEachMake(ground, `axe ${looks.join(' ')}`, language, look)))
    await looked.close()
  }
  return faults
}

/** Where there is JavaScript on a wide screen, and where there is none on a narrow one that is read from the right. */
export async function keyboardOf(browser: Browser, ground: Ground): Promise<string[]> {
  const faults: string[] = []
  for (const { javaScript, language, width } of [
    { javaScript: true, language: '', width: 1440 },
    { javaScript: false, language: ARABIC, width: 360 },
  ]) {
    const looked = await openLookPage(browser, { javaScript })
    await looked.page.setViewportSize({ width, height: HEIGHT })
    const look: Look = async (make, url) => {
      const found = await looked.goTo(url, make, language)
      found.push(...(await keyboardFaults(looked.page)))
      return found
    }
    faults.push(...(await onEachMake(ground, `keyboard ${width}`, language, look)))
    await looked.close()
  }
  return faults
}

async function onEachMake({ sites }: Ground, what: string, language: string, look: Look): Promise<string[]> {
  const began = performance.now()
  const faults: string[] = []
  let count = 0
  for (const { url, makes } of sites) {
    for (const make of makes) {
      count++
      const found = await look(make, url).catch((error: unknown) => [String(error)])
      const where = `${language}${make.path}`.slice(0, 80)
      for (const fault of new Set(found)) faults.push(`${what} ${where}: ${fault}`)
    }
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stderr.write(`${what}: ${count} pages, ${faults.length} faults, ${seconds} s\n`)
  return faults
}

import { readdirSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ground, openRecordedGround, openRunningGround, openSeededGround } from './look-ground.ts'
import { MAKES } from './look-makes.ts'
import { axeOf, keyboardOf, structureOf } from './look-matrix.ts'

test('every page is looked at here', () => {
  const found = readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)route\.tsx$/.test(path))
    .map((path) => path.replace(/\/?route\.tsx$/, ''))
  // No address of its own: what is hidden leads to it, as on both grounds.
  expect(found.filter((path) => !path.startsWith('tombstone/')).sort()).toEqual(Object.keys(MAKES).sort())
})

/** A site on this machine to look at as well: `WINDSOCK_LOOK_URL=http://127.0.0.1:8477`, the demo's. */
const RUNNING = process.env['WINDSOCK_LOOK_URL']

describe.each<[string, () => Promise<Ground>]>([
  ['rows of every kind', openSeededGround],
  ['the recorded network', openRecordedGround],
  ...(RUNNING === undefined
    ? []
    : ([[RUNNING, () => openRunningGround(RUNNING)]] as [string, () => Promise<Ground>][])),
])('on %s', (_, open) => {
  let ground: Ground
  let browser: Browser

  beforeAll(async () => {
    ground = await open()
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
    })
  })

  afterAll(async () => {
    await browser?.close()
    await ground?.close()
  })

  test.each([
    ['without', false],
    ['with', true],
  ])('every page fits every width, light, dark and in Arabic, %s JavaScript', async (_, javaScript) => {
    expect(await structureOf(browser, ground, { javaScript })).toEqual([])
  })

  test('axe finds nothing on any page', async () => {
    expect(await axeOf(browser, ground)).toEqual([])
  })

  test('keyboard alone reaches everything, in the order in which it is read', async () => {
    expect(await keyboardOf(browser, ground)).toEqual([])
  })
})

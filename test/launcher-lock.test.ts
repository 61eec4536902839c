import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

interface LockedPackage {
  version?: string
  extraneous?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const path = join(dirname(import.meta.dirname), 'package-lock.json')
const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockedPackage> }

/** As Node resolves it: the nearest node_modules up from the package that asks. */
function isLocked(asker: string, name: string): boolean {
  if (packages[`${asker === '' ? '' : `${asker}/`}node_modules/${name}`] !== undefined) return true
  if (asker === '') return false
  const cut = asker.lastIndexOf('/node_modules/')
  return isLocked(cut === -1 ? '' : asker.slice(0, cut), name)
}

test('the lock file names every package that any platform asks for: else `npm ci` refuses a fresh clone', () => {
  const missing = Object.entries(packages).flatMap(([asker, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(asker, name))
      .map((name) => `${asker} → ${name}`),
  )
  expect(missing).toEqual([])
})

test('the lock file holds nothing that nobody asks for', () => {
  expect(Object.keys(packages).filter((name) => packages[name]?.extraneous)).toEqual([])
})

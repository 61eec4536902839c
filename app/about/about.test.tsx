import { readFileSync } from 'node:fs'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { networkParams } from '../../node/protocol/params.ts'
import { aboutReading } from './reading.tsx'
import { aboutTwister } from './twister.tsx'

const chapters = new Map(
  [...aboutReading(), ...aboutTwister()].map(({ id, body }) => [id, renderToStaticMarkup(body)] as const),
)

test('the ports that are named are those that this node uses', () => {
  const { defaultPort } = networkParams('main', { checkpoints: true })
  const ports = chapters.get('ports') ?? ''
  expect(ports).toContain(`>${defaultPort}<`)
  expect(ports).toContain(`>${defaultPort + 1000}<`)
  const launcher = readFileSync('cli/launch-config.ts', 'utf8')
  expect(ports).toContain(`>${/DEFAULT_SITE_PORT = (\d+)/.exec(launcher)?.[1]}<`)
})

test('what is needed to run such a site is what the package asks for', () => {
  const own = chapters.get('own') ?? ''
  const { engines, license } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(own).toContain(`Node.js ${/\d+\.\d+/.exec(engines.node)?.[0]} or newer`)
  expect(own).toContain(`${license} licence`)
})

test('links of a chapter lead to pages of this site, or to the original programs', () => {
  const links = [...chapters.values()].flatMap((html) => [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href))
  expect(links.filter((href) => !href?.startsWith('/'))).toEqual([
    'https://github.com/miguelfreitas/twister-core',
    'https://github.com/miguelfreitas/twister-html',
  ])
  expect(links.length).toBeGreaterThan(6)
})

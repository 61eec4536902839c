import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const ROOT = dirname(import.meta.dirname)
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')

interface Service {
  image: string
  build?: string
  user: string
  command: string[]
  environment?: Record<string, string | number>
  ports?: string[]
  volumes?: string[]
  tmpfs?: string[]
  networks: string[]
  depends_on?: Record<string, { condition: string }>
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  restart: string
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number }
}

const compose = parse(text('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, object>
}
const services = Object.entries(compose.services)
const service = (name: string): Service => {
  const found = compose.services[name]
  if (found === undefined) throw new Error(`no service ${name}`)
  return found
}
const ours = services.filter(([, one]) => one.build !== undefined)

/** Who reads the environment of the process that a service runs. */
const READERS: Record<string, string[]> = {
  migrate: ['db/migrate.ts'],
  node: ['node/config.ts'],
  indexer: ['indexer/config.ts'],
  web: ['app/_server/config.ts'],
}

test('it has the six services, and ours are one image of this Dockerfile', () => {
  expect(services.map(([name]) => name).sort()).toEqual(['indexer', 'migrate', 'node', 'postgres', 'redis', 'web'])
  expect(ours.map(([name, { image, build }]) => [name, image, build])).toEqual(
    ['migrate', 'node', 'indexer', 'web'].map((name) => [name, 'windsock', '.']),
  )
  for (const [, path] of text('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const source of (path ?? '').split(' ')) expect(existsSync(join(ROOT, source)), source).toBe(true)
})

test('every command runs a file that exists, with an option that Node knows', () => {
  for (const [name, { command, healthcheck }] of ours) {
    for (const words of [command, ...(healthcheck === undefined ? [] : [healthcheck.test.slice(1)])]) {
      expect(words.slice(0, 3), name).toEqual(['node', '--import', 'tsx'])
      expect(existsSync(join(ROOT, words[3] ?? '')), `${name}: ${words[3]}`).toBe(true)
    }
  }
  const [, ...fallback] = JSON.parse(/^CMD (.*)$/m.exec(text('Dockerfile'))?.[1] ?? '[]') as string[]
  expect(existsSync(join(ROOT, fallback.at(-1) ?? ''))).toBe(true)
})

test('every variable of ours is read by the process that gets it', () => {
  for (const [name, { environment }] of ours) {
    const source = (READERS[name] ?? []).map(text).join('\n')
    for (const variable of Object.keys(environment ?? {})) expect(source, `${name}: ${variable}`).toContain(variable)
  }
})

test('the site has no password but the reader’s, and only the site is published', () => {
  expect(JSON.stringify(service('web').environment)).not.toMatch(/\bDATABASE_URL\b|REDIS|POSTGRES/)
  expect(text('db/migrate.ts')).toContain("'windsock_read'")
  expect(String(service('web').environment?.['WINDSOCK_DATABASE_URL_READ'])).toMatch(/^postgres:\/\/windsock_read:/)
  expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['web'])
  const { ports, environment } = service('web')
  expect(ports?.map((port) => port.split(':').at(-1))).toEqual([String(environment?.['WINDSOCK_PORT'])])
  expect(text('Dockerfile')).toContain(`EXPOSE ${environment?.['WINDSOCK_PORT']}`)
})

test('host names and ports in addresses are those of services that it waits for', () => {
  const ports: Record<string, number> = { postgres: 5432, redis: 6379 }
  for (const [name, { environment, depends_on: waits }] of ours)
    for (const value of Object.values(environment ?? {})) {
      const address = /@(\w+):(\d+)/.exec(String(value))
      if (address === null) continue
      expect(ports[address[1] ?? ''], `${name}: ${value}`).toBe(Number(address[2]))
      expect(Object.keys({ ...waits, ...service('migrate').depends_on })).toContain(address[1])
    }
})

test('dependencies exist, and wait for health or completion', () => {
  for (const [name, { depends_on: waits }] of services)
    for (const [other, { condition }] of Object.entries(waits ?? {})) {
      const isOneShot = service(other).restart === 'no'
      expect(condition, `${name} → ${other}`).toBe(isOneShot ? 'service_completed_successfully' : 'service_healthy')
      expect(isOneShot || service(other).healthcheck !== undefined).toBe(true)
    }
})

test('every service is locked down, and all that stay up have a health check', () => {
  for (const [name, one] of services) {
    expect(one.read_only, name).toBe(true)
    expect(one.cap_drop, name).toEqual(['ALL'])
    expect(one.security_opt, name).toEqual(['no-new-privileges:true'])
    expect(one.user, name).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(
      one.tmpfs?.some((mount) => mount.startsWith('/tmp')),
      name,
    ).toBe(true)
    if (one.restart !== 'no') expect(one.healthcheck?.test[0], name).toBe('CMD')
  }
  expect(text('Dockerfile')).toMatch(/^USER node$/m)
})

test('volumes and networks are declared and used, and the database has no way out', () => {
  const volumes = services.flatMap(([, one]) => one.volumes ?? []).map((mount) => mount.split(':')[0])
  expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort())
  for (const [, { networks }] of services) for (const name of networks) expect(compose.networks[name]).toBeDefined()
  for (const name of ['postgres', 'redis', 'migrate', 'indexer']) expect(service(name).networks).toEqual(['inside'])
  expect(compose.networks['inside']).toEqual({ internal: true })
})

test('every variable to set is explained in .env.example, and every one there is used', () => {
  const asked = new Set([...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? ''))
  const explained = [...text('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '')
  expect([...asked].sort()).toEqual([...explained].sort())
  for (const [, name, fallback] of text('docker-compose.yml').matchAll(/\$\{(\w+):-(\w*)\}/g))
    if (name !== 'WINDSOCK_BIND') expect(text('.env.example')).toContain(`${name}=${fallback}\n`)
})

test('nothing that is secret or made on the spot goes into the image', () => {
  const ignored = text('.dockerignore').split('\n')
  for (const path of ['.git', '.env', 'node_modules', '.next', '.windsock']) expect(ignored).toContain(path)
})

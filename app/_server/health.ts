import type { Reader } from '../../db/queries/reader.ts'
import { type Finished, finish } from './finished.ts'
import { DATABASE_PING_TIMEOUT_MS } from './limits.ts'

export interface Health {
  /** /healthz: this process lives. /readyz: it can answer readers. */
  get(pathname: string): Promise<Finished | undefined>
  isDatabaseUp(): Promise<boolean>
}

export function createHealth(sql: Reader): Health {
  let asked: Promise<boolean> | undefined

  /**
   * Asks for a row of the schema, so that a database without tables is not taken for a working one: once however many want
   * to know, and not again while one that hangs owes the answer.
   */
  function ask(): Promise<boolean> {
    asked ??= sql`select 1 from meta limit 1`
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asked = undefined
      })
    return asked
  }

  async function isDatabaseUp(): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), DATABASE_PING_TIMEOUT_MS).unref())
    return Promise.race([ask(), late])
  }

  return {
    isDatabaseUp,
    async get(pathname) {
      if (pathname === '/healthz') return plain(200, 'ok')
      if (pathname !== '/readyz') return undefined
      return (await isDatabaseUp()) ? plain(200, 'ready') : plain(503, 'the database does not answer')
    },
  }
}

function plain(status: number, text: string): Finished {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  return finish(status, headers, Buffer.from(`${text}\n`))
}

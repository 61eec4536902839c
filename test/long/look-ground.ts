import { openDb } from '../../db/client.ts'
import { blockSubject, parseBlockSubject } from '../../indexer/hiding/moderation.ts'
import { openTestIndex } from '../index-fixture.ts'
import { recordedItems, recordedParams } from '../recorded-items.ts'
import { startPostgres } from '../services.ts'
import { buildSite, startSite } from '../site-process.ts'
import { migratedForReading, SEED_NOW, seedSite } from '../site-seed.ts'
import { LOOSE_MAKES, MAKES, type Make, subjectsOf } from './look-makes.ts'

/** Sites, and what there is to see on each. */
export interface Ground {
  sites: { url: string; makes: readonly Make[] }[]
  close(): Promise<void>
}

/** Later than the newest recorded post. */
const RECORDED_NOW = 1_795_362_413

const SEED_HIDDEN = { user: '@saltbush', post: 'alice/44', tag: 'selfhosting' } as const
const RECORDED_HIDDEN = { user: '@dave', post: 'alice/11', tag: 'rtcomment' } as const

/** Rows of every kind, and a site that has no database. */
export async function openSeededGround(): Promise<Ground> {
  buildSite()
  const postgres = await startPostgres()
  const url = await postgres.database()
  const readUrl = await migratedForReading(url)
  await seedSite(url)
  const hidden = await hide(url, SEED_HIDDEN)
  const site = await startSite({ WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_CLOCK: String(SEED_NOW) })
  const mute = await startSite({ WINDSOCK_DATABASE_URL_READ: 'postgres://nobody@127.0.0.1:1/none' })
  const makes = withHidden(await makesOf(site.url), hidden)
  return {
    sites: [
      { url: site.url, makes },
      { url: mute.url, makes: [{ path: '/', status: 503 }] },
    ],
    close: async () => {
      await Promise.all([site.close(), mute.close()])
      await postgres.close()
    },
  }
}

/** What was recorded of twister's own network. */
export async function openRecordedGround(): Promise<Ground> {
  buildSite()
  const postgres = await startPostgres()
  const index = await openTestIndex(postgres, recordedParams)
  await index.write(recordedItems())
  const hidden = await hide(index.url, RECORDED_HIDDEN)
  const readUrl = await migratedForReading(index.url)
  const site = await startSite({ WINDSOCK_DATABASE_URL_READ: readUrl, WINDSOCK_CLOCK: String(RECORDED_NOW) })
  const makes = withHidden(await makesOf(site.url), hidden)
  return {
    sites: [{ url: site.url, makes }],
    close: async () => {
      await site.close()
      await index.close()
      await postgres.close()
    },
  }
}

/** A site that runs already: a demo, say. */
export async function openRunningGround(url: string): Promise<Ground> {
  return { sites: [{ url, makes: await makesOf(url) }], close: async () => {} }
}

/** Every make of page that there is, of what this site has. */
async function makesOf(url: string): Promise<Make[]> {
  const subjects = await subjectsOf(url)
  return [...Object.values(MAKES), LOOSE_MAKES].flatMap((makes) => [...makes(subjects)])
}

/** Who is hidden is still among the names. */
function withHidden(makes: readonly Make[], hidden: readonly Make[]): Make[] {
  const paths = new Set(hidden.map(({ path }) => path))
  return [...makes.filter(({ path }) => !paths.has(path)), ...hidden]
}

/** As an operator does. */
async function hide(url: string, hidden: typeof SEED_HIDDEN | typeof RECORDED_HIDDEN): Promise<Make[]> {
  const db = openDb(url, { max: 1, name: 'test' })
  try {
    for (const kind of ['user', 'post', 'tag'] as const) {
      const subject = parseBlockSubject(kind, hidden[kind])
      if (typeof subject === 'string') throw new Error(subject)
      await blockSubject(db, subject, 'Asked for by a court of <law>', 1)
    }
  } finally {
    await db.end()
  }
  return [`/${hidden.user}`, `/@${hidden.post}`, `/hashtag/${hidden.tag}`].map((path) => ({ path, status: 451 }))
}

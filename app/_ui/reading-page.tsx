import type { ReactNode } from 'react'
import type { Cursor } from '../../db/page.ts'
import { authorPlace } from '../../db/queries/author-place.ts'
import { ownThread } from '../../db/queries/own-thread.ts'
import { encryptedRanges, POSTS_OF_USER, postsOfUser, withheldRanges } from '../../db/queries/posts-of-user.ts'
import type { PostView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'
import { gapsBetween, type UnshownRange, unshownRanges } from '../_lib/post-gaps.ts'
import { currentSite } from '../_lib/site.ts'
import { isolated } from '../_lib/user-name.ts'
import { words } from '../_words/words.ts'
import { NotFound } from './not-found.tsx'
import { Avatar } from './person.tsx'
import { GapRow } from './post-gap.tsx'
import { ReadingPart } from './reading-part.tsx'
import { Shell } from './shell.tsx'

/** How many posts stand on one page where no thread of the author's own says what belongs together. */
const RUN_LENGTH = 20

/** Posts of one author in the order in which they were written, one after the other. */
interface Reading {
  /** They answer each other; otherwise they only follow each other. */
  isOwnThread: boolean
  parts: readonly PostView[]
}

/** An author's posts as one text: those that answer each other, or else the run that ends with the one asked for. */
export async function ReadingPage({ username, k }: { username: string; k: number }): Promise<ReactNode> {
  const { reader } = currentSite()
  const { isOwnThread, parts } = await readingOf(username, k)
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) return <NotFound />
  const [encrypted, withheld, before, later] = await Promise.all([
    encryptedRanges(reader, username, first.k, last.k),
    withheldRanges(reader, username, first.k, last.k),
    authorPlace(reader, username, first.k),
    postsOfUser(reader, username, undefined, { limit: RUN_LENGTH, cursor: cursorAt(last.k, 'prev') }),
  ])
  const unshown = unshownRanges(encrypted, withheld)
  const name = displayName(first.author.fullname) ?? `@${username}`
  return (
    <Shell title={words('read.title', { name: isolated(name), from: first.k, to: last.k })} isUnlisted={!isOwnThread}>
      <article className="reading h-entry">
        <header className="row">
          <Avatar person={first.author} side={44} />
          <div>
            <h1>
              <a className="p-author h-card" href={`/@${username}`} dir="auto">
                {name}
              </a>
            </h1>
            <p className="small mut">{words(isOwnThread ? 'read.ownThread' : 'read.run', { count: parts.length })}</p>
          </div>
        </header>
        {parts.map((part, at) => (
          <Part key={part.k} part={part} above={parts[at - 1]} unshown={isOwnThread ? undefined : unshown} />
        ))}
      </article>
      <Ways username={username} prev={before.prev} next={later.items[0]?.k} />
    </Shell>
  )
}

async function readingOf(username: string, k: number): Promise<Reading> {
  const { reader } = currentSite()
  const own = await ownThread(reader, username, k)
  if (own.length > 1) return { isOwnThread: true, parts: own }
  const run = await postsOfUser(reader, username, undefined, { limit: RUN_LENGTH, cursor: cursorAt(k + 1, 'next') })
  return { isOwnThread: false, parts: run.items.toReversed() }
}

function cursorAt(k: number, direction: Cursor['direction']): Cursor {
  return { list: POSTS_OF_USER.name, direction, key: [k] }
}

interface PartProps {
  part: PostView
  above: PostView | undefined
  /** Where the parts follow each other: numbers between them that nobody can see here. */
  unshown: readonly UnshownRange[] | undefined
}

function Part({ part, above, unshown }: PartProps): ReactNode {
  return (
    <>
      {above === undefined || unshown === undefined ? undefined : (
        <GapRow username={part.n} gap={gapsBetween(above.k, part.k, unshown)} />
      )}
      <ReadingPart part={part} above={above} />
    </>
  )
}

function Ways({
  username,
  prev,
  next,
}: {
  username: string
  prev: number | undefined
  next: number | undefined
}): ReactNode {
  if (prev === undefined && next === undefined) return undefined
  return (
    <nav className="pager" aria-label={words('read.ways')}>
      {prev === undefined ? undefined : (
        <a rel="prev" href={`/@${username}/${prev}/read`}>
          {words('read.earlier')}
        </a>
      )}
      {next === undefined ? undefined : (
        <a rel="next" href={`/@${username}/${next}/read`}>
          {words('read.later')}
        </a>
      )}
    </nav>
  )
}

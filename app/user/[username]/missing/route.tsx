import { Fragment, type ReactNode } from 'react'
import { completenessOf } from '../../../../db/queries/completeness.ts'
import { userByName } from '../../../../db/queries/user.ts'
import type { KnownNumbersView, UserCompletenessView, UserView } from '../../../../db/views.ts'
import { type PageProps, parsePostNumber, single, usernameParam } from '../../../_lib/params.ts'
import { currentSite } from '../../../_lib/site.ts'
import { nameInText, personOf, titleOf } from '../../../_lib/user-name.ts'
import { BadAddress } from '../../../_ui/bad-address.tsx'
import { completenessWords } from '../../../_ui/completeness-line.tsx'
import { MissingTable } from '../../../_ui/missing-table.tsx'
import { NotFound } from '../../../_ui/not-found.tsx'
import { pageRoute } from '../../../_ui/page-route.tsx'
import { BriefCard } from '../../../_ui/profile-card.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { UnknownName } from '../../../_ui/unknown-name.tsx'
import { formatNumber } from '../../../_words/numbers.ts'
import { richWords, words } from '../../../_words/words.ts'

export const GET = pageRoute(MissingPage)

/** Which posts of somebody are known of and not here, who names them, and why they are not. */
async function MissingPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const username = usernameParam(await params)
  if (username === undefined) return <NotFound />
  const text = single(await searchParams, 'below')
  const below = text === undefined ? undefined : parsePostNumber(text)
  if (text !== undefined && below === undefined) return <BadAddress back={`/@${username}/missing`} />
  const [user, known] = await Promise.all([userByName(reader, username), completenessOf(reader, username, below)])
  if (user === undefined) return <UnknownName username={username} />
  const title = words('missing.title', { name: nameInText(personOf(user)) })
  return (
    <Shell title={words('missing.title', { name: titleOf(user) })} card={<BriefCard user={user} />} isUnlisted>
      <h1>{title}</h1>
      <p className="lead">{completenessWords(user, clock.now())}</p>
      <p className="note">{words('missing.lead')}</p>
      <Gaps known={known} />
      {below === undefined ? (
        <>
          <HighestNumbers known={known.known} />
          <Encrypted user={user} />
        </>
      ) : undefined}
    </Shell>
  )
}

function Gaps({ known: { n, missing, next } }: { known: UserCompletenessView }): ReactNode {
  return (
    <section>
      <h2>{words('missing.list')}</h2>
      {missing.length === 0 ? (
        <p className="empty">{words('missing.none')}</p>
      ) : (
        <MissingTable n={n} missing={missing} caption={words('missing.list')} />
      )}
      {next === undefined ? undefined : (
        <nav className="pager" aria-label={words('missing.numbers')}>
          <a rel="next" href={`/@${n}/missing?below=${next}`}>
            {words('missing.lower')}
          </a>
        </nav>
      )}
      {missing.length === 0 ? undefined : (
        <p className="note">{richWords('missing.help', { about: (chunks) => <a href="/about#node">{chunks}</a> })}</p>
      )}
    </section>
  )
}

const SOURCES = [
  ['inventory', 'missing.inventory'],
  ['posts', 'missing.heldPosts'],
  ['lastk', 'missing.lastk'],
  ['answered', 'missing.answered'],
  ['embedded', 'missing.embedded'],
] as const

/** How far anybody says that the posts go. */
function HighestNumbers({ known }: { known: KnownNumbersView }): ReactNode {
  const sources = SOURCES.flatMap(([source, label]) => {
    const highest = known[source]
    return highest === undefined ? [] : [{ label, highest }]
  })
  if (sources.length === 0) return undefined
  return (
    <section>
      <h2>{words('missing.highest')}</h2>
      <dl className="facts">
        {sources.map(({ label, highest }) => (
          <Fragment key={label}>
            <dt>{words(label)}</dt>
            <dd>{formatNumber(highest)}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  )
}

function Encrypted({ user }: { user: UserView }): ReactNode {
  const { directMessages, privateFavourites } = user.counts
  if (directMessages + privateFavourites === 0) return undefined
  return (
    <section>
      <h2>{words('missing.encrypted')}</h2>
      <ul className="small">
        {directMessages === 0 ? undefined : <li>{words('missing.direct', { count: directMessages })}</li>}
        {privateFavourites === 0 ? undefined : (
          <li>{words('missing.privateFavourites', { count: privateFavourites })}</li>
        )}
      </ul>
      <p className="small mut">{words('missing.encryptedNote')}</p>
    </section>
  )
}

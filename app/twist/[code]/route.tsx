import type { ReactNode } from 'react'
import { postTombstone } from '../../../db/queries/tombstone.ts'
import { type TwistTarget, twistTarget } from '../../../db/queries/twist-target.ts'
import { parseTwistUri } from '../../../node/protocol/twist-uri.ts'
import { type PageProps, single } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { webAddress } from '../../_lib/web-address.ts'
import { NotFound } from '../../_ui/not-found.tsx'
import { pageRoute } from '../../_ui/page-route.tsx'
import { linkTo } from '../../_ui/prose.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { Tombstone } from '../../_ui/tombstone.tsx'
import { plainText } from '../../_ui/user-text.tsx'
import { richWords, words } from '../../_words/words.ts'

export const GET = pageRoute(TwistPage)

/** A twist: short link: whose it is and where it leads, before anybody goes there. */
async function TwistPage({ params }: PageProps): Promise<ReactNode> {
  const uri = parseTwistUri(`twist:${decoded(single(await params, 'code') ?? '')}`)
  if (uri === undefined) return <NotFound />
  const { reader } = currentSite()
  const target = await twistTarget(reader, uri.uid, uri.k)
  const tombstone = target && (await postTombstone(reader, target.n, target.k))
  if (tombstone !== undefined) return <Tombstone tombstone={tombstone} what="post" />
  if (target?.url === undefined) return <LeadsNowhere target={target} />
  const href = webAddress(target.url)
  return (
    <Shell title={words('twist.title')} isUnlisted>
      <h1>{words('twist.title')}</h1>
      <p className="lead">{richWords('twist.made', namesOf(target))}</p>
      <p className="lead">
        {href === undefined ? (
          <bdi className="mono">{plainText(target.url)}</bdi>
        ) : (
          <a href={href} rel="nofollow ugc noopener noreferrer">
            <bdi>{plainText(target.url)}</bdi>
          </a>
        )}
      </p>
      <p className="small mut">{words('twist.note')}</p>
    </Shell>
  )
}

function LeadsNowhere({ target }: { target: TwistTarget | undefined }): ReactNode {
  return (
    <Shell title={words('twist.unknownTitle')} status={404}>
      <h1>{words('twist.unknown')}</h1>
      <p className="lead">
        {target === undefined ? words('twist.noName') : richWords('twist.notSeen', namesOf(target))}
      </p>
    </Shell>
  )
}

function namesOf({ n, k }: TwistTarget) {
  return { name: n, k, author: linkTo(`/@${n}`), post: linkTo(`/@${n}/${k}`) }
}

function decoded(code: string): string {
  try {
    return decodeURIComponent(code)
  } catch {
    return ''
  }
}

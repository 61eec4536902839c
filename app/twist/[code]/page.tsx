import type { ReactNode } from 'react'
import { postTombstone } from '../../../db/queries/tombstone.ts'
import { twistTarget } from '../../../db/queries/twist-target.ts'
import { parseTwistUri } from '../../../node/protocol/twist-uri.ts'
import { type PageProps, single } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { webAddress } from '../../_lib/web-address.ts'
import { Shell } from '../../_ui/shell.tsx'
import { Tombstone } from '../../_ui/tombstone.tsx'
import { plainText } from '../../_ui/user-text.tsx'
import { formatNumber } from '../../_words/numbers.ts'
import NotFound from '../../not-found.tsx'

/** A twist: short link: whose it is and where it leads, before anybody goes there. */
export default async function TwistPage({ params }: PageProps): Promise<ReactNode> {
  const uri = parseTwistUri(`twist:${decoded(single(await params, 'code') ?? '')}`)
  if (uri === undefined) return <NotFound />
  const { reader } = currentSite()
  const target = await twistTarget(reader, uri.uid, uri.k)
  const tombstone = target && (await postTombstone(reader, target.n, target.k))
  if (tombstone !== undefined) return <Tombstone tombstone={tombstone} what="short link" />
  if (target?.url === undefined) {
    return (
      <Shell title="A short link not seen" status={404}>
        <h1>This short link cannot be resolved here</h1>
        <p className="lead">
          {target === undefined
            ? 'It names a registration that the best chain does not hold.'
            : `It stands for post ${formatNumber(target.k)} of @${target.n}, which has not been seen by this node or holds no address.`}
        </p>
      </Shell>
    )
  }
  const href = webAddress(target.url)
  return (
    <Shell title="A short link" isUnlisted>
      <h1>A short link</h1>
      <p className="lead">
        Made by <a href={`/@${target.n}`}>@{target.n}</a> in{' '}
        <a href={`/@${target.n}/${target.k}`}>post {formatNumber(target.k)}</a>. It leads to
      </p>
      <p>
        {href === undefined ? (
          <bdi className="mono">{plainText(target.url)}</bdi>
        ) : (
          <a href={href} rel="nofollow ugc noopener noreferrer">
            <bdi>{plainText(target.url)}</bdi>
          </a>
        )}
      </p>
    </Shell>
  )
}

function decoded(code: string): string {
  try {
    return decodeURIComponent(code)
  } catch {
    return ''
  }
}

import type { ReactNode } from 'react'
import { relatedHashtags } from '../../../db/queries/hashtag-past.ts'
import { hashtagSummary } from '../../../db/queries/hashtags.ts'
import { POSTS_BY_HASHTAG, postsByHashtag } from '../../../db/queries/posts-by-hashtag.ts'
import type { RelatedHashtagView } from '../../../db/views.ts'
import { formatDate, plural } from '../../_lib/format.ts'
import { calmText } from '../../_lib/names.ts'
import { type PageProps, pageRequest, tagParam } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { BadAddress } from '../../_ui/bad-address.tsx'
import { PostList } from '../../_ui/post-list.tsx'
import { Shell } from '../../_ui/shell.tsx'
import NotFound from '../../not-found.tsx'

const RELATED = 6

export default async function HashtagPage({ params, searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const tag = tagParam(await params)
  if (tag === undefined) return <NotFound />
  const path = `/hashtag/${encodeURIComponent(tag)}`
  const request = await pageRequest(reader, await searchParams, POSTS_BY_HASHTAG)
  if (request === undefined) return <BadAddress back={path} />
  const [summary, page, related] = await Promise.all([
    hashtagSummary(reader, tag),
    postsByHashtag(reader, tag, request),
    relatedHashtags(reader, tag, RELATED),
  ])
  const aside = related.length === 0 ? undefined : <Related tags={related} />
  return (
    <Shell title={`#${calmText(tag)}`} isUnlisted={summary.postCount === 0} aside={aside}>
      <h1 dir="auto">#{calmText(tag)}</h1>
      <p className="note">
        {plural(summary.postCount, 'post')} by {plural(summary.peopleCount, 'person', 'people')}
        {summary.firstTime === undefined || summary.lastTime === undefined
          ? undefined
          : `, from ${formatDate(summary.firstTime)} to ${formatDate(summary.lastTime)}`}
        , of those whose swarms this site reads.
      </p>
      <PostList page={page} path={path} now={clock.now()} empty="No post with this tag is known here." />
    </Shell>
  )
}

function Related({ tags }: { tags: RelatedHashtagView[] }): ReactNode {
  return (
    <section>
      <h2>Hashtags beside it</h2>
      <ul className="pairs">
        {tags.map(({ tag, peopleCount }) => (
          <li key={tag}>
            <a href={`/hashtag/${encodeURIComponent(tag)}`} dir="auto">
              #{calmText(tag)}
            </a>
            <span>{plural(peopleCount, 'person', 'people')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

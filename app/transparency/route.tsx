import type { ReactNode } from 'react'
import { BLOCKED_SUBJECTS, blockedSubjects, blockTotals } from '../../db/queries/transparency.ts'
import type { BlockedSubjectView } from '../../db/views.ts'
import { type PageProps, pageRequest } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { type Fact, Figures } from '../_ui/facts.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { linkTo } from '../_ui/prose.tsx'
import { Shell } from '../_ui/shell.tsx'
import { Day } from '../_ui/time.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'

export const GET = pageRoute(TransparencyPage)

/** What the operator hides and why, as far as it can be said without showing it. */
async function TransparencyPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader } = currentSite()
  const request = await pageRequest(reader, await searchParams, BLOCKED_SUBJECTS)
  if (request === undefined) return <BadAddress back="/transparency" />
  const [page, totals] = await Promise.all([blockedSubjects(reader, request), blockTotals(reader)])
  const figures: Fact[] = [
    [words('transparency.users'), formatNumber(totals.users)],
    [words('transparency.posts'), formatNumber(totals.posts)],
    [words('transparency.tags'), formatNumber(totals.tags)],
    [words('transparency.words'), formatNumber(totals.words)],
    [words('transparency.optedOut'), formatNumber(totals.optedOut)],
  ]
  return (
    <Shell title={words('transparency.title')}>
      <h1>{words('transparency.title')}</h1>
      <p className="note">{richWords('transparency.lead', { takedown: linkTo('/takedown#blocked') })}</p>
      <Figures figures={figures} />
      {page.items.length === 0 ? (
        <p className="empty">{words('transparency.empty')}</p>
      ) : (
        <BlockedTable items={page.items} />
      )}
      <Pager
        page={page}
        path="/transparency"
        nextLabel={words('transparency.older')}
        prevLabel={words('transparency.newer')}
      />
    </Shell>
  )
}

function BlockedTable({ items }: { items: readonly BlockedSubjectView[] }): ReactNode {
  return (
    <table className="dense">
      <caption className="unseen">{words('transparency.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('transparency.what')}</th>
          <th scope="col">{words('transparency.reason')}</th>
          <th scope="col" className="wide">
            {words('transparency.since')}
          </th>
          <th scope="col" className="num">
            {words('transparency.hides')}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocked tags and words have no name here
          <tr key={at}>
            <th scope="row">{subjectWords(item)}</th>
            <td>
              <bdi>{item.reason}</bdi>
            </td>
            <td className="wide mut">
              <Day seconds={item.since} />
            </td>
            <td className="num">{item.kind === 'user' ? '–' : formatNumber(item.posts)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function subjectWords(item: BlockedSubjectView): ReactNode {
  switch (item.kind) {
    case 'user':
      return richWords('transparency.user', { name: item.n, link: linkTo(`/@${item.n}`) })
    case 'post':
      // "!name": the message that a miner put into the block of this number.
      return item.n.startsWith('!')
        ? richWords('transparency.message', { height: item.k, link: linkTo(`/block/${item.k}`) })
        : richWords('transparency.post', { name: item.n, k: item.k, link: linkTo(`/@${item.n}/${item.k}`) })
    case 'tag':
      return words('transparency.tag')
    case 'word':
      return words('transparency.word')
  }
}

import type { ReactNode } from 'react'
import type { DerivationView, StatusView, VerificationView } from '../../db/views.ts'
import { formatAgo } from '../_lib/format.ts'
import { type Fact, Facts, Figures } from '../_ui/facts.tsx'
import { linkTo } from '../_ui/prose.tsx'
import { Ago } from '../_ui/time.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'

/** What the index holds, and how new it is. */
export function IndexFacts({ status, now }: { status: StatusView; now: number }): ReactNode {
  const { counts, tip, newestPost, network } = status
  const { rebuild } = status.derivation
  const block =
    tip === undefined
      ? words('status.none')
      : richWords('status.blockMade', {
          height: tip.height,
          link: linkTo(`/block/${tip.height}`),
          ago: <Ago seconds={tip.time} now={now} />,
        })
  const figures: Fact[] = [
    [words('status.names'), formatNumber(counts.names)],
    [words('status.people'), formatNumber(counts.users)],
    [words('status.posts'), formatNumber(counts.posts)],
    [words('status.hashtags'), formatNumber(counts.hashtags)],
  ]
  return (
    <section>
      <h2>{words('status.index')}</h2>
      <Figures figures={figures} />
      <Facts
        facts={[
          [words('status.network'), network ?? words('status.unknown')],
          [words('status.block'), block],
          [
            words('status.post'),
            newestPost === undefined ? words('status.none') : <Ago key="post" seconds={newestPost} now={now} />,
          ],
          [words('status.waiting'), formatNumber(counts.waiting)],
          [words('status.refused'), formatNumber(counts.refused)],
          [words('status.rebuild'), rebuild && words('status.rebuildAt', rebuild)],
        ]}
      />
    </section>
  )
}

/** What another instance can compare itself with. */
export function Digest({ derivation, now }: { derivation: DerivationView; now: number }): ReactNode {
  const { verification } = derivation
  return (
    <section id="digest">
      <h2>{words('status.digest')}</h2>
      <p className="small">{words('status.digestNote')}</p>
      {verification === undefined ? (
        <p className="small mut">{words('status.digestNone')}</p>
      ) : (
        <Facts
          facts={[
            [words('status.checked'), <Checked key="checked" check={verification} now={now} />],
            [words('status.digestNetwork'), <Digits key="network">{verification.network}</Digits>],
            [words('status.digestPages'), <Digits key="pages">{verification.pages}</Digits>],
          ]}
        />
      )}
    </section>
  )
}

function Checked({ check, now }: { check: VerificationView; now: number }): ReactNode {
  const { at, height, isGood, problems } = check
  const ago = formatAgo(at, now)
  if (isGood) return words('status.checkedGood', { ago, height })
  return <span className="bad">{words('status.checkedBad', { ago, height, count: problems })}</span>
}

function Digits({ children }: { children: string }): ReactNode {
  return (
    <span className="mono" dir="ltr">
      {children}
    </span>
  )
}

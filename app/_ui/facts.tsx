import { Fragment, type ReactNode } from 'react'

/** What it is called, and what there is to say of it; a line about which there is nothing is left out. */
export type Fact = readonly [label: string, value: ReactNode]

export function Facts({ facts }: { facts: readonly Fact[] }): ReactNode {
  const shown = facts.filter(([, value]) => value !== undefined)
  if (shown.length === 0) return undefined
  return (
    <dl className="facts">
      {shown.map(([label, value]) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

/** A few numbers that stand for the whole: large, each above what it counts. */
export function Figures({ figures }: { figures: readonly Fact[] }): ReactNode {
  return (
    <dl className="figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

import type { ReactNode } from 'react'
import { formatNumber } from '../_words/numbers.ts'

interface ViewTabsProps {
  label: string
  tabs: readonly { href: string; label: string; count?: number; isCurrent: boolean }[]
}

/** Several lists about one thing. */
export function ViewTabs({ label, tabs }: ViewTabsProps): ReactNode {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={tab.isCurrent ? 'page' : undefined}>
          {tab.label} {tab.count === undefined ? undefined : <span>{formatNumber(tab.count)}</span>}
        </a>
      ))}
    </nav>
  )
}

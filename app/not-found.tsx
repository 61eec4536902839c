import type { ReactNode } from 'react'
import { Shell } from './_ui/shell.tsx'

export default function NotFound(): ReactNode {
  return (
    <Shell title="There is nothing at this address" status={404}>
      <h1>There is nothing at this address</h1>
      <p className="lead">It may have been mistyped.</p>
      <p>
        <a href="/">Newest posts</a> · <a href="/names">People</a>
      </p>
    </Shell>
  )
}

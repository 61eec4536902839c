import type { ReactNode } from 'react'
import { Shell } from './shell.tsx'

/** An address with a parameter that this site never gave out. */
export function BadAddress({ back }: { back: string }): ReactNode {
  return (
    <Shell title="This address is not well formed" status={400}>
      <h1>This address is not well formed</h1>
      <p className="lead">A part of it was not given out by this site.</p>
      <p>
        <a href={back}>The start of this list</a>
      </p>
    </Shell>
  )
}

import type { ReactNode } from 'react'
import { AbsentIcon, RemovedIcon, SealedIcon } from './icons.tsx'

/** Something that is known to exist and is not here: what, and who says so. */
export function Absent({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className="absent">
      <AbsentIcon />
      <p>{children}</p>
    </div>
  )
}

/** Something that is here and not shown, by somebody's wish. */
export function Removed({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className="absent">
      <RemovedIcon />
      <p>{children}</p>
    </div>
  )
}

/** Something that is here and encrypted to somebody else. */
export function Sealed({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className="absent">
      <SealedIcon />
      <p>{children}</p>
    </div>
  )
}

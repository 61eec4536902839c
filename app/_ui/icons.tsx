import type { ReactNode } from 'react'

/** Line drawings of 16 by 16; the words beside them say the same. */
function Line({ d, mirrored }: { d: string; mirrored?: boolean }): ReactNode {
  return (
    <svg className={mirrored ? 'i mirrored' : 'i'} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={d} />
    </svg>
  )
}

export function ReplyIcon(): ReactNode {
  return <Line d="M6 4 2.500 7.500 6 11M2.500 7.500H10a3.500 3.500 0 0 1 3.500 3.500v1" mirrored />
}

export function RetwistIcon(): ReactNode {
  return <Line d="M2 6l2-2.500L6 6M4 3.500V10a2 2 0 0 0 2 2h3M14 10l-2 2.500L10 10M12 12.500V6a2 2 0 0 0-2-2H7" />
}

export function StarIcon(): ReactNode {
  return <Line d="M8 2l1.800 3.900 4.200.5-3.100 2.900.8 4.200L8 11.400l-3.700 2.100.8-4.200L2 6.400l4.200-.5z" />
}

/** Not seen: a broken circle. */
export function AbsentIcon(): ReactNode {
  return (
    <Line d="M8 2a6 6 0 0 1 3 .8M13.200 5a6 6 0 0 1 .6 4M12.200 12.200A6 6 0 0 1 9 14M5.500 13.500A6 6 0 0 1 2.600 10.600M2.200 7A6 6 0 0 1 4.500 3.100M8 5v3.500M8 11v.01" />
  )
}

/** Taken away: a struck circle. */
export function RemovedIcon(): ReactNode {
  return <Line d="M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M3.800 12.200l8.400-8.400" />
}

/** Closed: an envelope. */
export function SealedIcon(): ReactNode {
  return <Line d="M2 4h12v8.500H2zM2 4.500l6 4.500 6-4.500" />
}

export function LinkIcon(): ReactNode {
  return (
    <Line d="M6.500 9.500l3-3M7 4.500l1.500-1.500a2.800 2.800 0 0 1 4 4L11 8.500M9 11.500 7.500 13a2.800 2.800 0 0 1-4-4L5 7.500" />
  )
}

/** Proved, or to be proved: a shield. */
export function ShieldIcon(): ReactNode {
  return (
    <Line d="M8 1.500 13.500 3.500V8c0 3.500-2.500 5.500-5.500 6.500C5 13.500 2.500 11.500 2.500 8V3.500zM5.500 8l2 2 3.300-3.600" />
  )
}

export function Logo(): ReactNode {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d="M3 2h2v20H3zM7 4l6 1.500v7L7 14zM18.500 6.800l3.500.9v2.600l-3.500.9z" />
      <path opacity=".55" d="M13.500 5.600l4.500 1.100v4.600l-4.500 1.100z" />
    </svg>
  )
}

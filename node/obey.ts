import type { Following } from './following.ts'
import type { Log } from './log.ts'
import type { ControlMessage } from './outbox/control.ts'
import { parseUsername } from './protocol/username.ts'

interface Obeying {
  following: Pick<Following, 'follow' | 'unfollow'>
}

export interface ControlDesk {
  /** Resolves when the message has been carried out: after `open`. */
  take(message: ControlMessage): Promise<void>
  /** There is somebody to obey. */
  open(parts: Obeying): void
}

/** Hands what the command line and the indexer ask for to who does it. A command may come before there is anybody. */
export function openControlDesk(log: Log): ControlDesk {
  let open: (parts: Obeying) => void = () => undefined
  const opened = new Promise<Obeying>((resolve) => {
    open = resolve
  })
  return {
    take: async (message) => obey(await opened, message, log),
    open: (parts) => open(parts),
  }
}

function obey({ following }: Obeying, message: ControlMessage, log: Log): void {
  if (message.kind !== 'follow' && message.kind !== 'unfollow') return
  const username = parseUsername(message.username)
  if (username === undefined) return
  if (message.kind === 'unfollow') following.unfollow([username])
  else {
    const { full } = following.follow([username])
    if (full.length > 0) log.warn({ names: full.length }, 'too many users are followed')
  }
}

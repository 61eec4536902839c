import type { FetchOnDemand } from './fetch-on-demand.ts'
import type { Following } from './following.ts'
import type { Log } from './log.ts'
import type { ControlMessage } from './outbox/control.ts'
import { parseUsername } from './protocol/username.ts'
import type { Repair } from './repair.ts'

interface Obeying {
  following: Pick<Following, 'follow' | 'unfollow'>
  fetches: Pick<FetchOnDemand, 'ask'>
  repair: Pick<Repair, 'take'>
  /** Who is followed has changed: the index should know soon. */
  onChange: () => void
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

/** Usernames come from the queue: what is none is left out. */
function obey({ following, fetches, repair, onChange }: Obeying, message: ControlMessage, log: Log): void {
  switch (message.kind) {
    case 'follow': {
      const { followed, full } = following.follow(usernamesOf(message.usernames))
      log.info({ followed: followed.length }, 'told to follow')
      if (full.length > 0) log.warn({ users: full.length }, 'so many are followed that these are not')
      onChange()
      return
    }
    case 'unfollow':
      following.unfollow(usernamesOf(message.usernames))
      log.info({ unfollowed: message.usernames.length }, 'told to unfollow')
      onChange()
      return
    case 'fetch':
      for (const username of usernamesOf([message.username])) fetches.ask(username, message.asker)
      return
    case 'repair':
      repair.take(message)
      return
    case 'cursor':
    case 'resend':
      return
  }
}

function usernamesOf(names: readonly string[]) {
  return names.flatMap((name) => parseUsername(name) ?? [])
}

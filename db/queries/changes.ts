import type { Change, ChangeMessage } from '../schema/change.ts'
import { CHANGED_CHANNEL } from '../schema/channels.ts'
import type { Reader } from './reader.ts'

interface ChangeEars {
  onChange: (message: ChangeMessage) => void
  /** A sound of our own: what was told before has been heard. */
  onEcho: (text: string) => void
  /** From now on, after the first time and after each time that the connection was lost; what was told before was not heard. */
  onListening: () => void
}

const ECHO = 'echo '

/** Hears what the indexer says has changed, until the reader is ended. */
export async function listenForChanges(sql: Reader, { onChange, onEcho, onListening }: ChangeEars): Promise<void> {
  await sql.listen(
    CHANGED_CHANNEL,
    (text) => {
      if (text.startsWith(ECHO)) onEcho(text.slice(ECHO.length))
      else onChange(parseChange(text))
    },
    onListening,
  )
}

/** Comes back to all who listen. */
export async function callForEcho(sql: Reader, text: string): Promise<void> {
  await sql`select pg_notify(${CHANGED_CHANNEL}, ${ECHO + text})`
}

const LISTS = ['users', 'authors', 'posts', 'tags'] as const

/** What cannot be read may mean anything. */
function parseChange(text: string): ChangeMessage {
  const read = readJson(text)
  if (typeof read !== 'object' || read === null || !('kind' in read)) return { kind: 'hidden' }
  if (read.kind === 'many') return { kind: 'many' }
  if (read.kind !== 'some') return { kind: 'hidden' }
  const change: Change = { kind: 'some', users: [], authors: [], posts: [], tags: [] }
  for (const list of LISTS) {
    const names: unknown = Reflect.get(read, list)
    if (!Array.isArray(names)) return { kind: 'hidden' }
    change[list] = names.map(String)
  }
  return change
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

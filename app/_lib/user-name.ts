import type { PersonView, UserView } from '../../db/views.ts'
import { displayName } from './names.ts'

/** As a user stands in lists and beside posts. */
export function personOf(user: UserView): PersonView {
  return { n: user.n, fullname: user.profile?.fullname, avatar: user.avatar }
}

/** "Alice Moreau (@alice)", or the handle alone. */
export function titleOf(user: UserView): string {
  const name = displayName(user.profile?.fullname)
  return name === undefined ? `@${user.n}` : `${isolated(name)} (@${user.n})`
}

/** For a sentence that is plain text: the full name or the handle, whose direction does not change the words around. */
export function nameInText(person: PersonView): string {
  return isolated(displayName(person.fullname) ?? `@${person.n}`)
}

/** Between a first strong isolate and its end (Unicode's UAX #9). */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`
}

import type { PersonView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'

/** "Alice Moreau (@alice)", or the handle alone; for formats that know no markup. */
export function personName(person: PersonView): string {
  const name = displayName(person.fullname)
  return name === undefined ? `@${person.n}` : `${name} (@${person.n})`
}

export function picturePath(person: PersonView): string {
  return person.avatar === undefined ? `/identicon/${person.n}.svg` : `/avatar/${person.n}/${person.avatar}`
}

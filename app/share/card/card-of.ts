import type { PersonView, PostView, UserView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { calmText, displayName } from '../../_lib/names.ts'
import type { Card } from './card.ts'

/** More than a picture shows of any text. */
const MAX_CARD_CHARACTERS = 700

export const SITE_CARD: Card = { about: '', text: '', isPlain: true, foot: '' }

/** A post; of a retwist or favourite without words of its own, what it brings. */
export function cardOfPost(post: PostView): Card {
  const inner = post.rt ?? post.fav
  const own = post.msg + post.msg2
  const isBare = own === '' && inner !== undefined
  const shown = isBare ? inner : post
  const text = isBare ? inner.msg + inner.msg2 : own || (post.url ?? '')
  const day = isoTime(shown.time)?.replace(/T(\d\d:\d\d).*/, ' $1 UTC')
  return {
    about: `${post.n}/${post.k}`,
    person: personOf(shown.author),
    text: cut(text),
    isPlain: own === '' && !isBare,
    foot: day ?? '',
  }
}

/** Who somebody is. */
export function cardOfUser(user: UserView): Card {
  const person = personOf({ n: user.n, fullname: user.profile?.fullname, avatar: user.avatar })
  return { about: user.n, person, text: cut(user.profile?.bio ?? ''), isPlain: false, foot: '' }
}

export function cardOfHashtag(tag: string): Card {
  return { about: `hashtag/${tag}`, text: `#${calmText(tag)}`, isPlain: true, foot: '' }
}

function personOf(person: PersonView): Card['person'] {
  return { n: person.n, name: displayName(person.fullname), avatar: person.avatar }
}

function cut(text: string): string {
  return [...text].slice(0, MAX_CARD_CHARACTERS).join('')
}

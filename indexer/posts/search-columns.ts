import { SEARCH_MARKS, searchDocument } from '../../db/search-vector.ts'
import { fullText, type InnerUserpost, type Userpost, type UserpostKind } from '../../node/protocol/userpost.ts'
import { languageOf } from './language.ts'

/** What a search finds: the kinds that stand on the front page. */
const SEARCHED: readonly UserpostKind[] = ['post', 'reply', 'retwist']
const LINK = /https?:\/\/[^\s/]|twist:[A-Za-z0-9+/]{11}=/i

interface SearchColumns {
  lang: string | undefined
  words: string | undefined
  vocabulary: readonly string[]
}

const NONE: SearchColumns = { lang: undefined, words: undefined, vocabulary: [] }

/**
 * The language of a post and what it is found by. The tags and mentions are those that its row has. A retwist without a
 * comment is in the language of what it shows, but only the original is found by the words.
 */
export function searchColumns(
  userpost: Userpost,
  kind: UserpostKind,
  inner: InnerUserpost | undefined,
  tags: { hashtags: readonly string[]; mentions: readonly string[] },
): SearchColumns {
  if (kind === 'direct' || kind === 'private-favourite') return NONE
  const text = fullText(userpost)
  const lang = languageOf(text === '' && inner !== undefined ? fullText(inner.userpost) : text)
  if (!SEARCHED.includes(kind)) return { ...NONE, lang }
  const parent = userpost.reply?.n
  const marks = [
    SEARCH_MARKS.from(userpost.n),
    SEARCH_MARKS.is(kind),
    SEARCH_MARKS.lang(lang),
    ...(LINK.test(text) || userpost.url !== undefined ? [SEARCH_MARKS.link] : []),
    // "`n` may be `!user` for a promoted post" (dht-swarm-posts.md 5.1): that is nobody's.
    ...(parent === undefined || parent.startsWith('!') ? [] : [SEARCH_MARKS.to(parent)]),
    ...tags.mentions.map(SEARCH_MARKS.mention),
    ...tags.hashtags.map(SEARCH_MARKS.tag),
  ]
  const { vector, vocabulary } = searchDocument(text, marks)
  return { lang, words: vector, vocabulary }
}

import type { PostView } from '../../db/views.ts'
import { plainText } from '../_ui/user-text.tsx'
import { words } from '../_words/words.ts'
import { isolated, nameInText } from './user-name.ts'

const MAX_TITLE_CHARACTERS = 70

/** What a window or a link calls a post: who says it, and its first words. */
export function titleOfPost(post: PostView): string {
  const name = nameInText(post.author)
  const characters = [...plainText(post.msg + post.msg2)]
  if (characters.length === 0) return words('post.title', { k: post.k, name })
  const isLong = characters.length > MAX_TITLE_CHARACTERS
  const text = isLong ? `${characters.slice(0, MAX_TITLE_CHARACTERS).join('')}…` : characters.join('')
  return words('post.titleWithText', { name, text: isolated(text) })
}

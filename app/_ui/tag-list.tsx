import type { ReactNode } from 'react'
import { calmText } from '../_lib/names.ts'

interface TagListProps {
  title: string
  tags: readonly { tag: string; value: string }[]
  /** What follows them. */
  children?: ReactNode
}

/** A few hashtags beside a column, each with what is said of it; nothing without any. */
export function TagList({ title, tags, children }: TagListProps): ReactNode {
  if (tags.length === 0) return undefined
  return (
    <section>
      <h2>{title}</h2>
      <ul className="pairs">
        {tags.map(({ tag, value }) => (
          <li key={`${tag} ${value}`}>
            <TagLink tag={tag} />
            <span>{value}</span>
          </li>
        ))}
      </ul>
      {children}
    </section>
  )
}

export function TagLink({ tag }: { tag: string }): ReactNode {
  return (
    <a href={`/hashtag/${encodeURIComponent(tag)}`} dir="auto">
      #{calmText(tag)}
    </a>
  )
}

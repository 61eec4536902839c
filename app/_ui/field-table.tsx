import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'
import type { Words } from '../api/reference.ts'

interface Field {
  name: string
  isRequired: boolean
  type: Words
  description: string
}

/** What an object holds, or what a call takes. */
export function FieldTable({ caption, fields }: { caption: string; fields: readonly Field[] }): ReactNode {
  if (fields.length === 0) return undefined
  return (
    <table className="fields small">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words('apiPage.name')}</th>
          <th scope="col">{words('apiPage.type')}</th>
          <th scope="col">{words('apiPage.meaning')}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, isRequired, type, description }) => (
          // The choices of a shape have fields of one name.
          <tr key={`${name} ${description}`}>
            <td>
              <code>{name}</code>
            </td>
            <td className="mut">
              <TypeInWords type={type} />
              {isRequired ? undefined : `, ${words('apiPage.optional')}`}
            </td>
            <td lang="en">{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function TypeInWords({ type }: { type: Words }): ReactNode {
  return type.map(({ before, text, shape }) => (
    <span key={before + text}>
      {before}
      {shape === undefined ? text : <a href={`#shape-${shape}`}>{text}</a>}
    </span>
  ))
}

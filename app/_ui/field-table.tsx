import type { ReactNode } from 'react'
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
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
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
              <TypeInWords words={type} />
              {isRequired ? undefined : ', optional'}
            </td>
            <td>{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function TypeInWords({ words }: { words: Words }): ReactNode {
  return words.map(({ before, text, shape }) => (
    <span key={before + text}>
      {before}
      {shape === undefined ? text : <a href={`#shape-${shape}`}>{text}</a>}
    </span>
  ))
}

import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'
import type { CallReference, ParameterReference } from '../api/reference.ts'

/** Asks a call. Hidden until try-calls.mjs shows it: without JavaScript it could not put values into a path. */
export function CallForm({ call }: { call: CallReference }): ReactNode {
  return (
    <form className="try" data-path={call.path} hidden>
      {call.parameters.map((parameter) => (
        <div key={parameter.name}>
          <label htmlFor={`${call.id}-${parameter.name}`}>{parameter.name}</label>
          <ParameterField id={`${call.id}-${parameter.name}`} parameter={parameter} />
        </div>
      ))}
      <button type="submit">{words('apiPage.ask')}</button>
      <p className="small mono" data-part="head" role="status" />
      <pre className="small" data-part="body" hidden />
    </form>
  )
}

function ParameterField({ id, parameter }: { id: string; parameter: ParameterReference }): ReactNode {
  const { name, isInPath, isRequired, values, example } = parameter
  const place = isInPath ? 'path' : 'query'
  if (values.length > 0) {
    return (
      <select id={id} name={name} data-place={place}>
        {isRequired ? undefined : <option value="" />}
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    )
  }
  const given = isRequired ? example : undefined
  return (
    <input id={id} name={name} data-place={place} required={isRequired} defaultValue={given} placeholder={example} />
  )
}

import type { ReactNode } from 'react'
import { currentSite } from '../_lib/site.ts'
import { CallForm } from '../_ui/call-form.tsx'
import { FieldTable, TypeInWords } from '../_ui/field-table.tsx'
import { Shell } from '../_ui/shell.tsx'
import type { CallReference } from './reference.ts'

/** Every call of the JSON API with its parameters and answers. With JavaScript each can be tried here. */
export default function ApiPage(): ReactNode {
  const { groups, shapes, version } = currentSite().apiReference
  return (
    <Shell title="The API" module="try-calls">
      <h1>The API</h1>
      <p className="note">
        Everything this site shows, as JSON; version {version}. The same as an OpenAPI 3.1 document:{' '}
        <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>. No key is needed, and pages of other sites may ask,
        too.
      </p>
      {groups.map(({ name, calls }) => (
        <section key={name}>
          <h2>{name}</h2>
          {calls.map((call) => (
            <Call key={call.id} call={call} />
          ))}
        </section>
      ))}
      <section>
        <h2>Shapes</h2>
        {shapes.map(({ name, description, type, fields }) => (
          <details key={name} id={`shape-${name}`} className="call">
            <summary>{name}</summary>
            <div className="body">
              {description === undefined ? undefined : <p>{description}</p>}
              <p className="mut small">
                <TypeInWords words={type} />
              </p>
              <FieldTable caption={`Fields of ${name}`} fields={fields} />
            </div>
          </details>
        ))}
      </section>
    </Shell>
  )
}

function Call({ call }: { call: CallReference }): ReactNode {
  return (
    <details id={call.id} className="call">
      <summary>
        <code>{call.path}</code> <span className="mut">{call.summary}</span>
      </summary>
      <div className="body">
        {call.description === undefined ? undefined : <p>{call.description}</p>}
        <p className="small">
          For example <a href={call.exampleAddress}>{call.exampleAddress}</a>
        </p>
        <FieldTable caption={`Parameters of ${call.path}`} fields={call.parameters} />
        <CallForm call={call} />
        {call.answers.map(({ status, description, mediaType, type, fields }) => (
          <div key={status} className="answer">
            <p>
              <b>{status}</b> {description}{' '}
              <span className="mut small">
                {mediaType} <TypeInWords words={type} />
              </span>
            </p>
            <FieldTable caption={`Fields of the answer ${status} of ${call.path}`} fields={fields} />
          </div>
        ))}
      </div>
    </details>
  )
}

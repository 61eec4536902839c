import type { ReactNode } from 'react'
import { currentSite } from '../_lib/site.ts'
import { CallForm } from '../_ui/call-form.tsx'
import { FieldTable, TypeInWords } from '../_ui/field-table.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { linkTo } from '../_ui/prose.tsx'
import { Shell } from '../_ui/shell.tsx'
import { richWords, words } from '../_words/words.ts'
import type { CallReference } from './reference.ts'

export const GET = pageRoute(ApiPage)

/** Every call of the JSON API with its parameters and answers. With JavaScript each can be tried here. */
function ApiPage(): ReactNode {
  const { groups, shapes, version } = currentSite().apiReference
  const names = groups.map(({ name }) => name)
  return (
    <Shell title={words('apiPage.title')} module="try-calls" aside={<Groups names={names} />}>
      <h1>{words('apiPage.title')}</h1>
      <p className="note">{richWords('apiPage.note', { version, link: linkTo('/api/v1/openapi.json') })}</p>
      {groups.map(({ name, calls }) => (
        <section key={name} id={anchorOf(name)}>
          <h2 lang="en">{name}</h2>
          {calls.map((call) => (
            <Call key={call.id} call={call} />
          ))}
        </section>
      ))}
      <section id="shapes">
        <h2>{words('apiPage.shapes')}</h2>
        {shapes.map(({ name, description, type, fields }) => (
          <details key={name} id={`shape-${name}`} className="call">
            <summary>{name}</summary>
            <div className="body">
              {description === undefined ? undefined : <p lang="en">{description}</p>}
              <p className="mut small">
                <TypeInWords type={type} />
              </p>
              <FieldTable caption={words('apiPage.fields', { name })} fields={fields} />
            </div>
          </details>
        ))}
      </section>
    </Shell>
  )
}

function Groups({ names }: { names: readonly string[] }): ReactNode {
  return (
    <section className="wide">
      <nav aria-labelledby="contents">
        <h2 id="contents">{words('prose.contents')}</h2>
        <ul className="contents">
          {names.map((name) => (
            <li key={name}>
              <a href={`#${anchorOf(name)}`} lang="en">
                {name}
              </a>
            </li>
          ))}
          <li>
            <a href="#shapes">{words('apiPage.shapes')}</a>
          </li>
        </ul>
      </nav>
    </section>
  )
}

function anchorOf(group: string): string {
  return `calls-${group.toLowerCase().replaceAll(' ', '-')}`
}

function Call({ call }: { call: CallReference }): ReactNode {
  return (
    <details id={call.id} className="call">
      <summary>
        <code>{call.path}</code>{' '}
        <span className="mut" lang="en">
          {call.summary}
        </span>
      </summary>
      <div className="body">
        {call.description === undefined ? undefined : <p lang="en">{call.description}</p>}
        <p className="small">
          {richWords('apiPage.example', { address: call.exampleAddress, link: linkTo(call.exampleAddress) })}
        </p>
        <FieldTable caption={words('apiPage.parameters', { path: call.path })} fields={call.parameters} />
        <CallForm call={call} />
        {call.answers.map(({ status, description, mediaType, type, fields }) => (
          <div key={status} className="answer">
            <p>
              <b>{status}</b> <span lang="en">{description}</span>{' '}
              <span className="mut small">
                {mediaType} <TypeInWords type={type} />
              </span>
            </p>
            <FieldTable caption={words('apiPage.answer', { status, path: call.path })} fields={fields} />
          </div>
        ))}
      </div>
    </details>
  )
}

import type { ReactNode } from 'react'
import { type PageProps, single } from '../_lib/params.ts'
import { pageRoute } from '../_ui/page-route.tsx'
import { Shell } from '../_ui/shell.tsx'
import { plainText } from '../_ui/user-text.tsx'
import { richWords, words } from '../_words/words.ts'

export const GET = pageRoute(OpenPage)

/** Where twister's own links are pasted. Those that are understood never come here: the front sends them on. */
async function OpenPage({ searchParams }: PageProps): Promise<ReactNode> {
  const uri = plainText(single(await searchParams, 'uri') ?? '').slice(0, 200)
  return (
    <Shell title={words('open.title')} isUnlisted>
      <h1>{words('open.title')}</h1>
      <p className="note">
        {richWords('open.what', {
          scheme: <code dir="ltr">web+twister:profile:alice</code>,
          page: <code dir="ltr">@alice/56</code>,
        })}
      </p>
      {uri === '' ? undefined : (
        <p role="alert">{richWords('open.notUnderstood', { link: <bdi className="mono">{uri}</bdi> })}</p>
      )}
      <form className="find" action="/open">
        <label>
          {words('open.link')} <input name="uri" defaultValue={uri} dir="ltr" required maxLength={200} />
        </label>{' '}
        <button type="submit">{words('open.go')}</button>
      </form>
      <p className="note">{words('open.handler')}</p>
    </Shell>
  )
}

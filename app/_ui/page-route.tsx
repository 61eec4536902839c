import type { ReactNode } from 'react'
import type { PageProps, RawParams } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { currentRendering } from '../_words/rendering.ts'
import { Document } from './document.tsx'

/**
 * A page as a route handler of Next: its address and parameters are Next's, its markup is React's alone. (Rendered as
 * a page of Next it would carry the framework's scripts and a second copy of its data, which no reader needs.)
 */
export function pageRoute(Page: (props: PageProps) => ReactNode | Promise<ReactNode>) {
  return async ({ url }: Request, { params }: { params: Promise<RawParams> }): Promise<Response> => {
    const searchParams = Promise.resolve(Object.fromEntries(new URL(url).searchParams))
    const html = await currentSite().markup(
      <Document>
        <Page params={params} searchParams={searchParams} />
      </Document>,
    )
    const { status } = currentRendering()
    return new Response(`<!DOCTYPE html>${html}`, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })
  }
}

import type { ReactNode } from 'react'
import { type PageProps, postNumberParam, usernameParam } from '../../../../_lib/params.ts'
import { NotFound } from '../../../../_ui/not-found.tsx'
import { pageRoute } from '../../../../_ui/page-route.tsx'
import { ReadingPage } from '../../../../_ui/reading-page.tsx'

export const GET = pageRoute(PostReadPage)

async function PostReadPage({ params }: PageProps): Promise<ReactNode> {
  const raw = await params
  const username = usernameParam(raw)
  const k = postNumberParam(raw)
  if (username === undefined || k === undefined) return <NotFound />
  return <ReadingPage username={username} k={k} />
}

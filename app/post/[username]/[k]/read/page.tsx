import type { ReactNode } from 'react'
import { type PageProps, postNumberParam, usernameParam } from '../../../../_lib/params.ts'
import { ReadingPage } from '../../../../_ui/reading-page.tsx'
import NotFound from '../../../../not-found.tsx'

export default async function PostReadPage({ params }: PageProps): Promise<ReactNode> {
  const raw = await params
  const username = usernameParam(raw)
  const k = postNumberParam(raw)
  if (username === undefined || k === undefined) return <NotFound />
  return <ReadingPage username={username} k={k} />
}

import type { ReactNode } from 'react'
import type { PageProps } from '../../../../_lib/params.ts'
import { pageRoute } from '../../../../_ui/page-route.tsx'
import { PostReactionsPage } from '../../../../_ui/post-reactions-page.tsx'

export const GET = pageRoute(PostRetwistsPage)

function PostRetwistsPage(props: PageProps): ReactNode {
  return <PostReactionsPage {...props} kind="retwists" />
}

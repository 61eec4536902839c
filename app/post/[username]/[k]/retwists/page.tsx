import type { ReactNode } from 'react'
import type { PageProps } from '../../../../_lib/params.ts'
import { PostReactionsPage } from '../../../../_ui/post-reactions-page.tsx'

export default function PostRetwistsPage(props: PageProps): ReactNode {
  return <PostReactionsPage {...props} kind="retwists" />
}

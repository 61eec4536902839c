import type { ReactNode } from 'react'
import type { PageProps } from '../../../_lib/params.ts'
import { pageRoute } from '../../../_ui/page-route.tsx'
import { ProfileListPage } from '../../../_ui/profile-page.tsx'

export const GET = pageRoute(PostsPage)

function PostsPage(props: PageProps): ReactNode {
  return <ProfileListPage {...props} tab="posts" />
}

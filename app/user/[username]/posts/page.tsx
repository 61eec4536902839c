import type { ReactNode } from 'react'
import type { PageProps } from '../../../_lib/params.ts'
import { ProfileListPage } from '../../../_ui/profile-page.tsx'

export default function PostsPage(props: PageProps): ReactNode {
  return <ProfileListPage {...props} tab="posts" />
}

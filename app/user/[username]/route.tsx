import { pageRoute } from '../../_ui/page-route.tsx'
import { ProfilePage } from '../../_ui/profile-page.tsx'

export const GET = pageRoute(ProfilePage)

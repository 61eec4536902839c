export { ProfilePage as default } from '../../_ui/profile-page.tsx'

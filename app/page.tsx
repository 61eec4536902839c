export const dynamic = 'force-dynamic'
export default function Front(): React.ReactNode {
  return <h1>hi</h1>
}

/** What devnet/main.ts prints as one JSON line when its network runs. */
export interface DevnetAnnouncement {
  connect: string[]
  follow: string[]
}

export function parseDevnetAnnouncement(line: string): DevnetAnnouncement | undefined {
  if (!line.startsWith('{')) return undefined
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('connect' in value)) return undefined
  const connect = strings(value.connect)
  const follow = 'follow' in value ? strings(value.follow) : []
  return connect === undefined || connect.length === 0 || follow === undefined ? undefined : { connect, follow }
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}

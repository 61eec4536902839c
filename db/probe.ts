import postgres from 'postgres'

const CONNECT_TIMEOUT_S = 5

/** Why a database cannot be used for a network, in a few words; undefined when it answers and is empty or its own. */
export async function databaseProblem(url: string, network: string): Promise<string | undefined> {
  const sql = postgres(url, { max: 1, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => undefined })
  try {
    const [found] = await sql<{ meta: string | null }[]>`select to_regclass('public.meta')::text as meta`
    if (found?.meta == null) return undefined
    const [row] = await sql<{ value: string }[]>`select value from public.meta where key = 'network'`
    const isOther = row !== undefined && row.value !== network
    return isOther ? `it holds the index of the network "${row.value}", not of "${network}"` : undefined
  } catch (error) {
    return error instanceof Error && error.message !== '' ? error.message : String(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

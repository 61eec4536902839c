import postgres from 'postgres'

const CONNECT_TIMEOUT_S = 5

/** Why a database cannot be used, in a few words; undefined when it answers. */
export async function databaseProblem(url: string): Promise<string | undefined> {
  const sql = postgres(url, { max: 1, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => undefined })
  try {
    await sql`select 1`
    return undefined
  } catch (error) {
    return error instanceof Error && error.message !== '' ? error.message : String(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

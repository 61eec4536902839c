import type { Database, Transaction } from '../client.ts'
import { WANTED_CHANNEL } from '../schema/channels.ts'

/** Hears which users the site's visitors ask for. The payload is anybody's who may connect: checked by the caller. */
export async function listenForWanted(db: Database, onWanted: (payload: string) => void): Promise<void> {
  await db.listen(WANTED_CHANNEL, onWanted)
}

/** The chain holds the name, and no node says that it follows it. */
export async function isFetchable(tx: Transaction, username: string): Promise<boolean> {
  const rows = await tx`
    SELECT 1 FROM name n WHERE n.username = ${username}
      AND NOT EXISTS (SELECT 1 FROM inventory i WHERE i.username = n.username)`
  return rows.length > 0
}

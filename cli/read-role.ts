import type { Databases } from './child-environment.ts'
import { readOnlyPassword } from './data-folder.ts'
import type { LaunchConfig } from './launch-config.ts'

/** The role that db/migrate.ts makes for the site. */
const READ_ROLE = 'windsock_read'

/** Owner and reader of one database; the reader's password is the configured one, or kept in the data folder. */
export function databasesOf(config: LaunchConfig, ownerUrl: string): Databases {
  if (config.readDatabaseUrl !== undefined) {
    const given = decodeURIComponent(new URL(config.readDatabaseUrl).password)
    const readPassword = config.readPassword ?? (given === '' ? readOnlyPassword(config.dataDir) : given)
    return { ownerUrl, readUrl: config.readDatabaseUrl, readPassword }
  }
  const readPassword = config.readPassword ?? readOnlyPassword(config.dataDir)
  const url = new URL(ownerUrl)
  url.username = READ_ROLE
  url.password = encodeURIComponent(readPassword)
  return { ownerUrl, readUrl: url.href, readPassword }
}

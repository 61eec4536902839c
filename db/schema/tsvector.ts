import { customType } from 'drizzle-orm/pg-core'

/** What full-text search looks in. Written as PostgreSQL reads it. */
export const tsvector = customType<{ data: string; driverData: string }>({ dataType: () => 'tsvector' })

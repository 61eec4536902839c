import { customType } from 'drizzle-orm/pg-core'

/** Bytes are Uint8Array in code and bytea in the database (a Buffer is a Uint8Array). */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
})

import { z } from '@hono/zod-openapi'

/** Fields that stand in many answers: one meaning, one description. */

export const n = z.string().openapi({ description: "A twister name, or in `reply` '!name'", example: 'alice' })
export const k = z.number().int().openapi({ description: 'Number among the posts of its author', example: 0 })
export const height = z.number().int().openapi({ description: 'Height of a block', example: 8 })
export const signedHeight = z
  .number()
  .int()
  .openapi({ description: 'Block height, as the author signed it', example: 8 })
export const publicKey = z.string().openapi({ description: 'Public key, 33 or 65 bytes in hex' })
export const contentHash = z.string().openapi({ description: 'SHA-256 of the signed bytes, hex' })
export const displayedHash = z.string().openapi({ description: '32 bytes as displayed: reversed hex' })
export const fullname = z.string().optional().openapi({ description: 'Full name, as in the profile of now; unchecked' })
export const avatar = z.string().optional().openapi({ description: 'Path of the picture, re-encoded by this site' })

const TIME = { description: 'Unix seconds', example: 1795358424 }
export const signedTime = z
  .number()
  .int()
  .openapi({ ...TIME, description: 'Unix seconds, as the author signed them; nobody checks them' })
export const blockTime = z
  .number()
  .int()
  .openapi({ ...TIME, description: 'Unix seconds, as in the block' })
/** Of this instance's own clocks, which count parts of a second too. */
export const clockTime = z.number().openapi(TIME)
/** Stands beside every time, as `<time>Iso`. */
export const timeIso = z.string().optional().openapi({
  format: 'date-time',
  description: 'The same in ISO 8601; absent when it is no date of the years 0000 to 9999',
  example: '2026-11-22T14:40:24Z',
})

/** `contentHash` of the picture, hex. */
export function avatarPath(n: string, contentHash: string | undefined): string | undefined {
  return contentHash === undefined ? undefined : `/avatar/${n}/${contentHash}`
}

export function count(description: string) {
  return z.number().int().openapi({ description })
}

export function text(description: string) {
  return z.string().openapi({ description })
}

export function flag(description: string) {
  return z.boolean().openapi({ description })
}

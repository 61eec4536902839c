import { keyOf } from './tiny-chain.ts'

/** Everybody there is in the oracle's worlds; some may not be registered there. */
export const PEOPLE = ['alice', 'bob', 'carol_', 'dave', 'e', 'frank0123456789x'] as const

/** Keys that each person has, to be used one after the other. */
export const KEYS = 3

export function privateKeyOf(who: number, key: number): Uint8Array {
  return keyOf(`${who}, number ${key}`)
}

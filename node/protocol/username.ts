import { utf8Decode } from './bytes.ts'

export type Username = string & { readonly __brand: 'Username' }

// "name length 1..16; every byte in a-z, 0-9, _ (CheckUsername main.cpp:388-407)" (chain.md 3.2 R5).
const USERNAME = /^[a-z0-9_]{1,16}$/

export function parseUsername(value: string | Uint8Array): Username | undefined {
  if (value.length > 16) return undefined
  const text = typeof value === 'string' ? value : utf8Decode(value)
  // Without the m flag $ stands for the end alone in JavaScript, so a trailing newline is refused too.
  return text !== undefined && USERNAME.test(text) ? (text as Username) : undefined
}

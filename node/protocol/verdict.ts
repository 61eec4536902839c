/** What a rule says about foreign data; one place per edge turns it into action. */
export type Verdict =
  | { readonly kind: 'accept' }
  /** Not now: too early, parent or name not yet known, already known. Costs the sender nothing. */
  | { readonly kind: 'ignore'; readonly code: string; readonly detail?: string }
  /** Never. `score` is added to the sender's ban score (twister-core's DoS value, chain.md 5.10). */
  | { readonly kind: 'reject'; readonly code: string; readonly score: number; readonly detail?: string }

export const accept: Verdict = { kind: 'accept' }

export function ignore(code: string, detail?: string): Verdict {
  return detail === undefined ? { kind: 'ignore', code } : { kind: 'ignore', code, detail }
}

export function reject(code: string, score: number, detail?: string): Verdict {
  return detail === undefined ? { kind: 'reject', code, score } : { kind: 'reject', code, score, detail }
}

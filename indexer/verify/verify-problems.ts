import { VERIFY_PROBLEMS } from '../limits.ts'

/** Something that is not as it must be: where, and what about it. */
export interface Problem {
  table: string
  key: string
  what: string
}

/** All are counted, the first ones kept. */
export class Problems {
  readonly first: Problem[] = []
  count = 0

  add(table: string, key: string, what: string, count = 1): void {
    this.count += count
    if (this.first.length < VERIFY_PROBLEMS) this.first.push({ table, key, what })
  }
}

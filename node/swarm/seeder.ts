import type { NameView } from '../protocol/name-view.ts'
import type { Verdict } from '../protocol/verdict.ts'
import type { Posts } from '../store/posts.ts'
import type { Connection } from './connection.ts'
import type { NumberWindow } from './number-window.ts'
import { PieceSet } from './piece-set.ts'
import { UnchokeSlots } from './unchoke-slots.ts'

interface SeederOptions {
  numbers: NumberWindow
  posts: Posts
  nameView: NameView
  judge: (k: number, piece: Uint8Array) => Verdict
}

/** Gives a swarm's peers the posts we hold. */
export class Seeder {
  readonly slots = new UnchokeSlots()
  readonly #options: SeederOptions
  /** Numbers whose first piece was found valid with the tip at this height. */
  #valid = new PieceSet()
  #validAtHeight = -1

  constructor(options: SeederOptions) {
    this.#options = options
  }

  /** "Before upload: post re-validated with the current chain" (spec 4.5); what fails is rejected, not dropped. */
  pieceFor(connection: Connection, k: number): Uint8Array | undefined {
    const { numbers, posts, nameView, judge } = this.#options
    const { username, held } = numbers
    this.slots.used(connection)
    if (!held.has(k)) return undefined
    if (nameView.tipHeight !== this.#validAtHeight) {
      this.#valid = new PieceSet()
      this.#validAtHeight = nameView.tipHeight
    }
    if (this.#valid.has(k)) return posts.post(username, k)
    const [first, ...rivals] = posts.postVersions(username, k)
    const isGood = ({ piece }: { piece: Uint8Array }) => judge(k, piece).kind === 'accept'
    if (first === undefined || !isGood(first)) return rivals.find(isGood)?.piece
    this.#valid.add(k)
    return first.piece
  }
}

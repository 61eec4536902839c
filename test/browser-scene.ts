import type { OutboxItem } from '../node/outbox/item.ts'
import type { Block } from '../node/protocol/block.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { blockItem, genesisBlock, keyOf, mine, postItem, profileItem, register } from './tiny-chain.ts'

export const ALICE = keyOf('alice')
const BOB = keyOf('bob')
const CAROL = [keyOf('carol'), keyOf('carol 2')] as const
const TIME = 1_400_000_000

/** Chosen to be shown otherwise than it was written. */
export const ODD_WORDS =
  'You can, *if somebody kept it*. ~So~ [look](http://balcony.example/wind) #Twister @bob <b>&amp; ‮x'

/** Alice, Bob and Carol, who has her second key; with a retwist, a favourite and a reply, all of it with its proofs. */
export function browserScene(): OutboxItem[] {
  const change = register('carol', CAROL[1], CAROL[0])
  const inBlocks = [[register('alice', ALICE), register('bob', BOB), register('carol', CAROL[0])], [], [change], []]
  const blocks: Block[] = [genesisBlock()]
  for (const transactions of inBlocks) blocks.push(mine(blocks.at(-1) ?? genesisBlock(), transactions))
  const odd = post('alice', 1, ODD_WORDS, ALICE)
  const inner = odd.kind === 'userpost' ? parseSignedUserpost(odd.piece) : undefined
  return [
    ...blocks.slice(1).map(blockItem),
    profileItem('alice', 'Alice Moreau', 1, ALICE, 4),
    post('alice', 0, 'The first of them #wind', ALICE),
    odd,
    postItem({ n: 'bob', k: 0, height: 4, time: TIME + 10, msg: 'Exactly this.', rt: inner }, BOB),
    postItem({ n: 'bob', k: 1, height: 4, time: TIME + 11, fav: inner }, BOB),
    postItem({ n: 'bob', k: 2, height: 4, time: TIME + 12, msg: 'An answer', reply: { n: 'alice', k: 1 } }, BOB),
    post('carol', 0, 'With the second key', CAROL[1]),
  ]
}

export function post(n: string, k: number, msg: string, key: Uint8Array): OutboxItem {
  return postItem({ n, k, height: 4, time: TIME + k, msg }, key)
}

import { rawPost } from '../../../db/queries/post.ts'
import { chainHeight } from '../../../db/queries/proof.ts'
import { hexOf, type Reader, readOneMoment } from '../../../db/queries/reader.ts'
import { NETWORKS } from '../../../verify/checkpoints.ts'
import { cannotShow, PROOF_KIND, PROOF_VERSION, type ProofJson } from '../../../verify/proof-format.ts'
import { parsePiece, parseUserpost } from '../../../verify/userpost.ts'
import { checkpointHeights } from './checkpoint-heights.ts'
import { keyProof, type ProofChain } from './key-proof.ts'
import { NoProof } from './no-proof.ts'

/** Of the post that is shown under this number; undefined when none is. */
export async function userpostProof(sql: Reader, n: string, k: number): Promise<ProofJson | undefined> {
  const raw = await rawPost(sql, n, k, undefined)
  if (raw === undefined) return undefined
  const signed = parsePiece(raw.piece)
  const post = signed && parseUserpost(signed.bytes)
  if (signed === undefined || post === undefined) throw new NoProof('its bytes do not stand here as they must')
  return onChain(sql, async (chain, network) => {
    const key = await keyProof(chain, n, post.height)
    const inner: NonNullable<ProofJson['inner']> = []
    for (const { member, n: author, height } of post.inner) {
      inner.push({ member, key: await keyProof(chain, author, height) })
    }
    return {
      ...{ kind: PROOF_KIND, version: PROOF_VERSION, network, of: 'userpost', n },
      userpost: {
        k,
        height: post.height,
        contentHash: raw.contentHash,
        bytes: hexOf(signed.bytes),
        signature: hexOf(signed.signature),
      },
      key,
      inner: inner.length === 0 ? undefined : inner,
      cannotShow: cannotShow({ of: 'userpost', key, inner }),
    }
  })
}

/** Of the key that a name holds now. */
export async function userProof(sql: Reader, n: string): Promise<ProofJson> {
  return onChain(sql, async (chain, network) => {
    const key = await keyProof(chain, n, chain.tipHeight)
    return {
      ...{ kind: PROOF_KIND, version: PROOF_VERSION, network, of: 'user', n },
      key,
      cannotShow: cannotShow({ of: 'user', key }),
    }
  })
}

function onChain(
  sql: Reader,
  prove: (chain: ProofChain, network: ProofJson['network']) => Promise<ProofJson>,
): Promise<ProofJson> {
  return readOneMoment(sql, async (tx) => {
    const tip = await chainHeight(tx)
    const network = NETWORKS.find((one) => one === tip?.network)
    if (tip === undefined || network === undefined) throw new NoProof('the indexer has not seen a block yet')
    const chain = { sql, tx, tipHeight: tip.height, checkpointHeights: checkpointHeights(network, tip.height) }
    return prove(chain, network)
  })
}

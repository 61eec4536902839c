import { z } from '@hono/zod-openapi'
import { NETWORKS } from '../../../verify/checkpoints.ts'
import { PROOF_KIND, PROOF_VERSION } from '../../../verify/proof-format.ts'
import { contentHash, count, displayedHash, height, k, n, signedHeight, text } from './field.ts'

const hex = (description: string) =>
  z
    .string()
    .regex(/^(?:[0-9a-f]{2})*$/)
    .openapi({ description: `${description}, hex` })

const checkpointSchema = z
  .object({ height, hash: displayedHash })
  .openapi('Checkpoint', { description: 'A block of the best chain, by its height and its hash' })

const network = z.enum(NETWORKS).openapi({ description: 'Which chain it is about' })

export const checkpointsSchema = z
  .object({
    network,
    items: z.array(checkpointSchema).openapi({ description: 'Rising by height; all there are' }),
  })
  .openapi('Checkpoints')

const registrationSchema = z
  .object({
    kind: z.enum(['registration', 'replacement']).openapi({
      description: 'registration: the first one of the name; replacement: a new key, signed with the one before',
    }),
    height,
    blockHash: displayedHash,
    txid: displayedHash,
    transaction: hex('The transaction'),
    index: count('Its place in the block, from 1 on'),
    branch: z
      .array(hex('32 bytes in natural order'))
      .openapi({ description: 'Its partners in the merkle tree, from its place up to the root' }),
    checkpoint: checkpointSchema,
    headers: z.array(hex('84 bytes')).openapi({
      description:
        'One header each height, rising: from this block up to a checkpoint above it, or from a checkpoint below it over this block up to confirmedBy',
    }),
    confirmedBy: checkpointSchema
      .optional()
      .openapi({ description: 'The last of the headers, where the checkpoint lies below' }),
  })
  .openapi('RegistrationProof')

const keySchema = z
  .object({
    n,
    publicKey: hex('The key, as the transaction holds it'),
    registration: registrationSchema.openapi({ description: 'The transaction that gave it to the name' }),
    replaced: registrationSchema
      .optional()
      .openapi({ description: 'Of a replacement: what it replaced, whose key signed the new one' }),
  })
  .openapi('KeyProof')

export const proofSchema = z
  .object({
    kind: z.literal(PROOF_KIND).openapi({ description: 'What this is' }),
    version: z.literal(PROOF_VERSION).openapi({ description: 'Of this format' }),
    network,
    of: z.enum(['userpost', 'user']).openapi({ description: 'What it proves: a post, or the key of a name' }),
    n,
    userpost: z
      .object({
        k,
        height: signedHeight,
        contentHash,
        bytes: hex('The bencoded dict that the signature is over'),
        signature: hex('65 bytes'),
      })
      .optional()
      .openapi({ description: 'What was signed; absent in the proof of a name' }),
    key: keySchema.openapi({ description: 'The key of the name at the height of the post, or now' }),
    inner: z
      .array(
        z.object({
          member: z.enum(['rt', 'fav']).openapi({ description: 'Where it stands in the signed dict' }),
          key: keySchema.openapi({ description: 'The key of its author, at its own height' }),
        }),
      )
      .optional()
      .openapi({ description: 'Of a retwist or a favourite: the post inside is signed by its own author' }),
    cannotShow: z.array(text('A sentence')).openapi({ description: 'What such a proof cannot show' }),
  })
  .openapi('Proof', { description: 'windsock-verify checks it; verify/README.md says how it is made' })

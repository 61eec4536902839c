import { type Bencodable, encodeBencode, rawBencode } from '../node/protocol/bencode.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { dispatchedTags } from '../node/protocol/dispatch.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { encodeTwistUri } from '../node/protocol/twist-uri.ts'
import {
  type EncryptedPayload,
  encodeUserpost,
  fullText,
  type InnerUserpost,
  parseSignedUserpost,
  type SignedUserpost,
  signUserpost,
  splitText,
  type UserpostFields,
} from '../node/protocol/userpost.ts'
import type { AuthorName } from './authors.ts'
import { encrypt } from './ecies.ts'
import { diceOf, privateKeyOf } from './seed.ts'
import { type Act, type Beat, keyGeneration, openingUid } from './story.ts'

/** A value for the DHT as the reference's writer would put it. */
export interface Put {
  readonly resource: Resource
  readonly seq?: number
  readonly v: Bencodable
}

/** A post that was made: its piece for the swarm and its values for the DHT. */
export interface Written {
  readonly beat: Beat
  readonly fields: UserpostFields
  readonly signed: SignedUserpost
  readonly puts: readonly Put[]
}

/** When a post is made: unix seconds, and the height of the best block minus one (§1.3). */
export interface Moment {
  readonly time: number
  readonly height: number
}

/** Remembers what was written, so that later posts can answer it. The same beats and moments give the same bytes. */
export class Notebook {
  readonly #seed: string
  readonly #maxKept: number
  readonly #nextK = new Map<AuthorName, number>()
  readonly #lastk = new Map<AuthorName, number>()
  readonly #written = new Map<string, Written>()

  constructor(seed: string, maxKept = 1000) {
    this.#seed = seed
    this.#maxKept = maxKept
  }

  find(key: string): Written | undefined {
    return this.#written.get(key)
  }

  nextK(author: AuthorName): number {
    return this.#nextK.get(author) ?? 0
  }

  write(beat: Beat, moment: Moment): Written {
    const fields: UserpostFields = {
      n: beat.by,
      k: this.nextK(beat.by),
      lastk: isPublic(beat.act) ? this.#lastk.get(beat.by) : undefined,
      time: moment.time,
      height: moment.height,
      ...this.#content(beat, moment),
    }
    const piece = signUserpost(fields, this.#privateKey(beat.by, moment.height))
    const signed = parseSignedUserpost(piece)
    if (signed === undefined) throw new Error(`${beat.key} of ${beat.by} does not make a post`)
    this.#nextK.set(beat.by, fields.k + 1)
    // "lastk: k of the author's previous HOME-class post (plain, RT, custom; not DM/fav)" (§5.1)
    if (isPublic(beat.act)) this.#lastk.set(beat.by, fields.k)
    const written: Written = { beat, fields, signed, puts: putsOf(beat, signed) }
    this.#keep(written)
    return written
  }

  #keep(written: Written): void {
    this.#written.set(written.beat.key, written)
    const oldest = this.#written.keys().next().value
    if (this.#written.size > this.#maxKept && oldest !== undefined) this.#written.delete(oldest)
  }

  #privateKey(name: string, height: number): Uint8Array {
    return privateKeyOf(this.#seed, name, keyGeneration(name, height))
  }

  #content(beat: Beat, moment: Moment): Partial<UserpostFields> {
    const { act } = beat
    switch (act.kind) {
      case 'say': {
        return { ...splitText(this.#withLinks(act.text)), reply: this.#reply(act) }
      }
      case 'retwist':
        return { ...splitText(act.comment), rt: this.#retwistable(act.of) }
      case 'favourite': {
        const { signed } = this.#need(act.of)
        const { comment } = act
        if (!act.isPrivate) return { ...splitText(comment), fav: signed }
        // "pfav = ECIES to own key of bencode{comment, sig_userpost, userpost}" (§5.3)
        const plain = { comment, sig_userpost: signed.signature, userpost: rawBencode(signed.raw) }
        return { ...splitText(''), pfav: this.#encrypted(beat.key, plain, this.#publicKey(beat.by, moment)) }
      }
      case 'direct': {
        // "Plaintext: new format bencode {msg, to}" (§5.4)
        const plain = { msg: act.text, to: act.to }
        return { ...splitText(''), dm: this.#encrypted(beat.key, plain, this.#publicKey(act.readableBy, moment)) }
      }
      case 'custom':
        // "newpostcustom overwrites a custom msg with ''" (§5.1)
        return { ...splitText(''), url: act.url, mimetype: act.mimetype }
    }
  }

  #reply(act: Extract<Act, { kind: 'say' }>): UserpostFields['reply'] {
    switch (act.to?.kind) {
      case undefined:
        return undefined
      case 'beat': {
        const { n, k } = this.#need(act.to.key).fields
        return { n, k }
      }
      // "n may be !user for a promoted post (then k = block height)" (§5.1)
      case 'promoted':
        return { n: `!${act.to.user}`, k: act.to.height }
      case 'missing':
        return { n: act.to.user, k: act.to.k }
    }
  }

  // "RT of an uncommented RT: RT of the original. RT of a commented RT (the comment): rt = C.userpost without
  // rt, sig_rt; sig_rt = C.sig_wort" (§5.3)
  #retwistable(key: string): Pick<InnerUserpost, 'raw' | 'signature'> {
    const { fields, signed } = this.#need(key)
    if (fields.rt === undefined) return signed
    if (signed.sigWort === undefined) return fields.rt
    return { raw: encodeUserpost({ ...fields, rt: undefined }), signature: signed.sigWort }
  }

  #encrypted(key: string, plain: Bencodable, readerKey: Uint8Array): EncryptedPayload {
    return encrypt(encodeBencode(plain), readerKey, diceOf(this.#seed, `ephemeral/${key}`).bytes(32))
  }

  #publicKey(name: string, moment: Moment): Uint8Array {
    return publicKeyOf(this.#privateKey(name, moment.height))
  }

  #withLinks(text: string): string {
    return text.replace(/\{link:([\w-]+)\}/g, (_, key: string) => {
      const { n, k } = this.#need(key).fields
      return encodeTwistUri({ uid: openingUid(n), k })
    })
  }

  #need(key: string): Written {
    const written = this.#written.get(key)
    if (written === undefined) throw new Error(`${key} was not written yet`)
    return written
  }
}

/** Everything but favourites and direct messages: it gets a status, a post<k> and a lastk (§3.8). */
export function isPublic(act: Act): boolean {
  return act.kind === 'say' || act.kind === 'retwist' || act.kind === 'custom'
}

/** What newpostmsg, newrtmsg, newfavmsg and newpostcustom put into the DHT (§6.2), in their order. */
function putsOf(beat: Beat, signed: SignedUserpost): Put[] {
  const { userpost } = signed
  const v = rawBencode(signed.piece)
  const puts: Put[] = []
  if (isPublic(beat.act)) {
    puts.push({ resource: { n: userpost.n, r: `post${userpost.k}`, t: 's' }, seq: 1, v })
    // "status: seq = k" (§3.8)
    puts.push({ resource: { n: userpost.n, r: 'status', t: 's' }, seq: userpost.k, v })
  }
  if (userpost.reply !== undefined) {
    puts.push({ resource: { n: userpost.reply.n, r: `replies${userpost.reply.k}`, t: 'm' }, v })
  }
  if (userpost.rt !== undefined) {
    const { n, k } = userpost.rt.userpost
    puts.push({ resource: { n, r: `rts${k}`, t: 'm' }, v })
  }
  const tags = dispatchedTags(fullText(userpost))
  for (const n of tags.hashtags) puts.push({ resource: { n, r: 'hashtag', t: 'm' }, v })
  for (const n of tags.mentions) puts.push({ resource: { n, r: 'mention', t: 'm' }, v })
  return puts
}

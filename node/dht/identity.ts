import { randomBytes } from 'node:crypto'
import { bytesToHex, hexToBytes } from '../protocol/bytes.ts'
import { parseTargetHash, type Target } from '../protocol/dht-target.ts'
import { isLocalAddress, isNodeIdOfIp, type NodeId, nodeIdForIp, parseNodeId } from '../protocol/node-id.ts'
import type { Meta } from '../store/meta.ts'
import { IpVote } from './ip-vote.ts'

const ID_KEY = 'dht-node-id'
const IP_KEY = 'dht-external-ip'

/** Our node id, which must fit the address at which others see us (spec 2.4). */
export class Identity {
  readonly #meta: Pick<Meta, 'get' | 'set'>
  readonly #vote: IpVote
  #id: NodeId
  #externalIp: string | undefined

  constructor(meta: Pick<Meta, 'get' | 'set'>, bind: string) {
    this.#meta = meta
    this.#externalIp = meta.get(IP_KEY)
    this.#vote = new IpVote((ip) => !isLocalAddress(ip), performance.now(), this.#externalIp)
    const ip = this.#externalIp ?? bind
    const saved = parseNodeId(hexToBytes(meta.get(ID_KEY) ?? ''))
    // "loaded from state only if it fits the current external IP, else regenerated" (spec 2.4).
    if (saved !== undefined && (isNodeIdOfIp(saved, ip) || this.#externalIp === undefined)) this.#id = saved
    else this.#id = this.#make(ip)
  }

  get id(): NodeId {
    return this.#id
  }

  /** The id as a place to look up. */
  get target(): Target | undefined {
    return parseTargetHash(this.#id)
  }

  get externalIp(): string | undefined {
    return this.#externalIp
  }

  /** "A reply containing r.ip is a vote for one's external IP"; true if that made a new id. */
  voted(ip: string, voter: string): boolean {
    const winner = this.#vote.vote(voter, ip, performance.now())
    if (winner === undefined) return false
    this.#externalIp = winner
    this.#meta.set(IP_KEY, winner)
    if (isNodeIdOfIp(this.#id, winner)) return false
    this.#id = this.#make(winner)
    return true
  }

  #make(ip: string): NodeId {
    const id = nodeIdForIp(ip, randomBytes(16))
    this.#meta.set(ID_KEY, bytesToHex(id))
    return id
  }
}

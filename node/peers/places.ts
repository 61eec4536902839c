import type { Clock } from '../protocol/clock.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { Addresses } from '../store/addresses.ts'
import { AddressBook } from './address-book.ts'
import { Bans } from './bans.ts'
import type { HostPort } from './dialer.ts'
import { groupOf, isLoopback, isRoutable, parseIp } from './ip.ts'
import { OwnAddress } from './own-address.ts'
import type { Peer } from './peer.ts'

export interface PlacesOptions {
  readonly params: NetworkParams
  readonly addresses: Addresses
  readonly clock: Clock
  readonly bind: string
  readonly connect: readonly HostPort[]
  readonly allowAddress?: (ip: string) => boolean
  readonly isLoopbackPublic?: boolean
}

/** Where nodes are, we among them, and which of these places are good for what. */
export interface Places {
  readonly book: AddressBook
  readonly own: OwnAddress
  readonly bans: Bans
  /** Whether it may be talked to. */
  isAllowed(host: string): boolean
  /** Whether others can be told of it: "routable" (chain.md 5.8). */
  isPublic(host: string): boolean
  /** Whether it is never banned and takes as much room as it likes: "loopback peers are exempt" (chain.md B24). */
  isExempt(host: string): boolean
  /** Takes from a peer's version message where it listens, and where it sees us. */
  met(peer: Peer): void
  /** We dialled this peer, and it is ourselves. */
  metSelf(peer: Peer): void
}

export function openPlaces(options: PlacesOptions): Places {
  const { params, clock, bind } = options
  const isAllowed = options.allowAddress ?? defaultAllow(options.connect)
  const isExempt = (host: string) => isLoopback(host) && options.isLoopbackPublic !== true
  const isPublic = (host: string) => isRoutable(host) || (isLoopback(host) && !isExempt(host))
  const own = new OwnAddress({ bind, isPublic: (host) => isPublic(host) && isAllowed(host) })
  const book = new AddressBook({
    store: options.addresses,
    defaultPort: params.defaultPort,
    isAllowed: (host) => isAllowed(host) && !isExempt(host) && !own.isOwn(host),
  })

  function met({ host, port, isOutbound, version }: Peer): void {
    const now = clock.now()
    if (version === undefined) return
    if (isOutbound) {
      book.connected(host, port, now)
      own.seenBy(host, version.receiver.host)
      return
    }
    // Who dials us and says where it listens may be dialled there; of another address than its own it is not believed.
    const isItself = parseIp(version.sender.host) === host || version.sender.host === '0.0.0.0'
    if (isItself) book.add({ host, port: version.sender.port, lastSeen: now }, groupOf(host))
  }

  return {
    book,
    own,
    bans: new Bans(isExempt),
    isAllowed,
    isPublic,
    isExempt,
    met,
    metSelf: ({ host }) => {
      own.met(host)
      book.remove(host)
    },
  }
}

function defaultAllow(connect: readonly HostPort[]): (ip: string) => boolean {
  const named = new Set(connect.map((peer) => parseIp(peer.host)))
  return (ip) => isRoutable(ip) || named.has(ip)
}

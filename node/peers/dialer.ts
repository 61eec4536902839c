import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import type { Log } from '../log.ts'
import type { Clock } from '../protocol/clock.ts'
import type { AddressBook } from './address-book.ts'
import { groupOf, isLoopback, parseIp } from './ip.ts'
import { CONNECT_TIMEOUT_MS, DIAL_INTERVAL_MS, FIRST_RETRY_MS, MAX_OUTBOUND, MAX_RETRY_MS } from './limits.ts'

export interface HostPort {
  readonly host: string
  readonly port: number
}

export interface DialerOptions {
  /** Peers to keep connected, always. */
  readonly connect: readonly HostPort[]
  /** Nobody else is dialled. */
  readonly exclusive: boolean
  /** Address of our end, if it is not any. */
  readonly bind: string
  readonly book: AddressBook
  readonly clock: Clock
  readonly log: Log
  isAllowed(ip: string): boolean
  /** IPs of all connections. */
  connected(): ReadonlySet<string>
  /** Whether the rules of diversity do not apply to an address. */
  isExempt(ip: string): boolean
  /** Takes over an open socket; calls `onClose` when it is done with it. */
  onSocket(socket: Socket, peer: HostPort, onClose: () => void): void
}

export interface Dialer {
  close(): void
}

/** A --connect peer between attempts. Times are in ms of performance.now(). */
interface Target extends HostPort {
  isBusy: boolean
  nextAt: number
  delayMs: number
}

/** Keeps the --connect peers connected, and without --connect some from the address book. */
export function openDialer(options: DialerOptions): Dialer {
  const { book, clock, log } = options
  const targets: Target[] = options.connect.map((peer) => ({
    ...peer,
    isBusy: false,
    nextAt: 0,
    delayMs: FIRST_RETRY_MS,
  }))
  /** IPs of automatic outbound connections, open or being opened. */
  const automatic = new Set<string>()
  const opening = new Set<Socket>()
  let isClosed = false

  function dialTarget(target: Target): void {
    target.isBusy = true
    let openedAt: number | undefined
    const onEnd = (): void => {
      target.isBusy = false
      const now = performance.now()
      // A connection that lasted was a good one: the next attempt is soon.
      if (openedAt !== undefined && now - openedAt > MAX_RETRY_MS) target.delayMs = FIRST_RETRY_MS
      target.nextAt = now + target.delayMs * (0.75 + 0.5 * Math.random())
      target.delayMs = Math.min(2 * target.delayMs, MAX_RETRY_MS)
    }
    void resolveIp(target.host).then((ip) => {
      if (ip === undefined || isClosed || !options.isAllowed(ip)) {
        log.warn({ host: target.host, port: target.port }, ip ? 'peer is not allowed' : 'peer has no address')
        return onEnd()
      }
      open({ host: ip, port: target.port }, onEnd, () => {
        openedAt = performance.now()
      })
    })
  }

  function dialLearned(): void {
    if (options.exclusive || automatic.size >= MAX_OUTBOUND) return
    const groups = new Set([...automatic].map(groupOf))
    const connected = options.connected()
    const isUsable = ({ host }: HostPort): boolean =>
      !automatic.has(host) &&
      !connected.has(host) &&
      options.isAllowed(host) &&
      // "At most one automatic outbound per /16 (IPv4)" (chain.md 5.11)
      (options.isExempt(host) || !groups.has(groupOf(host)))
    const isLonely = connected.size === 0
    const address = book.choose(clock.now(), isUsable, isLonely)
    if (address === undefined) return
    const { host, port } = address
    automatic.add(host)
    book.tried(host, clock.now(), !isLonely)
    open({ host, port }, () => void automatic.delete(host))
  }

  function open(peer: HostPort, onEnd: () => void, onOpen?: () => void): void {
    const socket = connect({ ...peer, ...localAddress(options.bind, peer.host) })
    opening.add(socket)
    const timer = setTimeout(() => socket.destroy(new Error('connect timed out')), CONNECT_TIMEOUT_MS)
    const onError = (error: Error): void => {
      log.debug({ ...peer, error: error.message }, 'cannot connect')
    }
    const onCloseBefore = (): void => {
      clearTimeout(timer)
      opening.delete(socket)
      onEnd()
    }
    socket.once('error', onError)
    socket.once('close', onCloseBefore)
    socket.once('connect', () => {
      clearTimeout(timer)
      opening.delete(socket)
      socket.off('error', onError)
      socket.off('close', onCloseBefore)
      onOpen?.()
      options.onSocket(socket, peer, onEnd)
    })
  }

  function look(): void {
    const now = performance.now()
    for (const target of targets) if (!target.isBusy && target.nextAt <= now) dialTarget(target)
    dialLearned()
  }

  const timer = setInterval(look, DIAL_INTERVAL_MS)
  look()
  return {
    close: () => {
      isClosed = true
      clearInterval(timer)
      for (const socket of opening) socket.destroy()
    },
  }
}

async function resolveIp(host: string): Promise<string | undefined> {
  const ip = parseIp(host)
  if (ip !== undefined) return ip
  try {
    return parseIp((await lookup(host)).address)
  } catch {
    return undefined
  }
}

// A devnet gives every node an address of its own on loopback; its peers are to see it.
function localAddress(bind: string, host: string): { localAddress?: string } {
  const isAny = bind === '0.0.0.0' || bind === '::'
  const isOfItsKind = isIP(bind) === isIP(host) && isLoopback(bind) === isLoopback(host)
  return isAny || !isOfItsKind ? {} : { localAddress: bind }
}

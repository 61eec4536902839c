import type { PeersContext } from './context.ts'
import { MIN_ROTATION_AGE_MS, ROTATION_INTERVAL_MS, STALE_TIP_MS } from './limits.ts'
import type { Peer } from './peer.ts'

export type RotationCandidate = Pick<Peer, 'isOutbound' | 'version'> & {
  readonly sync: Pick<Peer['sync'], 'lastDeliveryAt'>
  readonly connection: Pick<Peer['connection'], 'openedAt'>
}

/**
 * While no block comes for long, whom we dialled may be keeping us from the others: now and then the one that delivered
 * nothing for the longest gives its place to somebody else. Times by performance.now().
 */
export class Rotation {
  #tipAt: number
  #rotatedAt: number

  constructor(now: number) {
    this.#tipAt = now
    this.#rotatedAt = now
  }

  tipMoved(now: number): void {
    this.#tipAt = now
  }

  /** Who has to go now, if anybody. */
  due<T extends RotationCandidate>(peers: Iterable<T>, now: number): T | undefined {
    if (now - this.#tipAt < STALE_TIP_MS || now - this.#rotatedAt < ROTATION_INTERVAL_MS) return undefined
    const candidates = [...peers].filter(
      ({ isOutbound, version, connection }) =>
        isOutbound && version !== undefined && now - connection.openedAt >= MIN_ROTATION_AGE_MS,
    )
    const [idlest] = candidates.sort((a, b) => a.sync.lastDeliveryAt - b.sync.lastDeliveryAt)
    if (idlest !== undefined) this.#rotatedAt = now
    return idlest
  }
}

/** Returns what stops it. */
export function rotate({ chain, peers }: PeersContext): () => void {
  const rotation = new Rotation(performance.now())
  const stopTip = chain.onTip(() => rotation.tipMoved(performance.now()))
  const timer = setInterval(() => {
    rotation.due(peers, performance.now())?.connection.close('brings nothing')
  }, ROTATION_INTERVAL_MS)
  return () => {
    clearInterval(timer)
    stopTip()
  }
}

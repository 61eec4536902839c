import { parseIp } from '../protocol/compact-peer.ts'
import type { Target } from '../protocol/dht-target.ts'
import { allowedFastSet } from '../protocol/hashcash.ts'
import { MAX_OUTSTANDING, USER_AGENT } from './limits.ts'
import type { Endpoint } from './peer-book.ts'
import type { PieceSet } from './piece-set.ts'
import type { TwisterWire } from './twister-wire.ts'

/** What the extension handshake will say besides its extensions: "p: listen port, only on outgoing connections" (spec 4.3). */
export function extensionFields(remote: Endpoint, listenPort: number | undefined): TwisterWire['extendedHandshake'] {
  const yourip = parseIp(remote.host)
  return {
    ...(listenPort === undefined ? {} : { p: listenPort }),
    reqq: MAX_OUTSTANDING,
    v: USER_AGENT,
    ...(yourip === undefined ? {} : { yourip }),
  }
}

/**
 * What follows the extension handshake: "bitfield or have_none → allowed_fast ×<=10 (if FAST both sides) → port (9)"
 * (spec 4.3).
 */
export function sayHello(
  wire: TwisterWire,
  { held, infoHash }: { held: PieceSet; infoHash: Target },
  remote: Endpoint,
  dhtPort: number | undefined,
): void {
  const pieces = held.highest + 2
  if (held.size > 0) wire.bitfield(held.toBitfield(pieces))
  else if (wire.hasFast) wire.haveNone()
  if (wire.hasFast) for (const k of allowedFastSet(remote.host, infoHash, pieces)) wire.allowedFast(k)
  if (dhtPort !== undefined) wire.port(dhtPort)
  wire.setKeepAlive(true)
}

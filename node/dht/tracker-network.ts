import type { GetDataCall } from '../protocol/dht-call.ts'
import { type Resource, swarmInfohash, targetHash } from '../protocol/dht-target.ts'
import { TRACKER_REPLY_PEERS } from './limits.ts'
import type { Network } from './network.ts'
import type { TrackerNetwork } from './tracker-client.ts'

/** Swarm discovery in twister's packets (spec 4.2). */
export function trackerNetwork(network: Pick<Network, 'getData' | 'rpc'>, localId: () => Uint8Array): TrackerNetwork {
  return {
    localId,
    lookup: async (username, onReply) => {
      const resource: Resource = { n: username, r: 'tracker', t: 'm' }
      const target = targetHash(resource)
      const call: GetDataCall = { method: 'getData', resource, target, infohash: target }
      const nodes = await network.getData(call, {
        onReply: ({ id, token, values }, from) => {
          // "<= 100 endpoints" (spec 2.6), and itself.
          const listed = values?.slice(0, TRACKER_REPLY_PEERS + 1) ?? []
          // The reference lists itself as 0.0.0.0: that is the node that says so.
          const peers = listed.map(({ ip, port }) => ({ host: ip === '0.0.0.0' ? from.host : ip, port }))
          onReply({ id, token, values: peers }, from)
        },
      })
      return nodes.length
    },
    announcePeer: async (to, username, port, token) => {
      const infohash = swarmInfohash(username)
      const call = { method: 'announcePeer', infohash, port, token, n: username, isSeed: false } as const
      return (await network.rpc.call(to, call)) !== undefined
    },
  }
}

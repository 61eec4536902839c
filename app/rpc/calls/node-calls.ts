import { bestChain } from '../../../db/queries/blocks.ts'
import { nodeReports } from '../../../db/queries/status.ts'
import type { NodeReportView } from '../../../db/views.ts'
import { difficultyOf } from '../block-json.ts'
import type { RpcCalls } from '../call.ts'
import type { JsonObject } from '../json.ts'

/** What clients take for the abilities of the other side: those of the reference's version 0.9.40. */
const REFERENCE_VERSION = 94_000
const PROTOCOL_VERSION = 70_003
const WALLET_VERSION = 60_000
/** Nobody is told addresses, ports and traffic of the nodes behind a site. */
const UNTOLD_TRAFFIC = [
  ...['download_rate', 'upload_rate', 'dht_download_rate', 'dht_upload_rate', 'ip_overhead_download_rate'],
  ...['ip_overhead_upload_rate', 'payload_download_rate', 'payload_upload_rate', 'total_download', 'total_upload'],
  ...['total_dht_download', 'total_dht_upload', 'total_ip_overhead_download', 'total_ip_overhead_upload'],
  ...['total_payload_download', 'total_payload_upload'],
]

export const NODE_CALLS: RpcCalls = {
  getinfo: {
    parameters: '',
    about:
      'The height of the chain, its difficulty, and how many others the nodes behind this site are connected with.',
    arity: [0, 0],
    run: async ({ reader }) => {
      const [chain, nodes] = await Promise.all([bestChain(reader), nodeReports(reader)])
      return infoJson(chain, nodes)
    },
  },
  getconnectioncount: {
    parameters: '',
    about: 'How many peers of the chain the nodes behind this site have.',
    arity: [0, 0],
    run: async ({ reader }) => totalOf(await nodeReports(reader), ({ peerCount }) => peerCount),
  },
  listwalletusers: {
    parameters: '',
    about: 'Nobody: there is no wallet here.',
    arity: [0, 0],
    run: async () => [],
  },
}

/** In the order of the reference's keys (chain.md 8.4). */
function infoJson(chain: Awaited<ReturnType<typeof bestChain>>, nodes: readonly NodeReportView[]): JsonObject {
  const dhtNodes = totalOf(nodes, ({ dhtContacts }) => dhtContacts)
  return {
    version: REFERENCE_VERSION,
    protocolversion: PROTOCOL_VERSION,
    walletversion: WALLET_VERSION,
    blocks: chain?.height ?? 0,
    timeoffset: 0,
    connections: totalOf(nodes, ({ peerCount }) => peerCount),
    addrman_total: 0,
    addrman_get: 0,
    dht_nodes: dhtNodes,
    dht_global_nodes: dhtNodes,
    proxy: '',
    ext_port1: 0,
    ext_port2: 0,
    difficulty: chain === undefined ? 1 : difficultyOf(chain.bits),
    testnet: false,
    public_server_mode: true,
    errors: '',
    ext_addr_net1: '',
    ext_addr_net2: '',
    dht_torrents: totalOf(nodes, ({ followed }) => followed),
    num_peers: totalOf(nodes, ({ swarmPeers }) => swarmPeers),
    peerlist_size: 0,
    num_active_requests: 0,
    ...Object.fromEntries(UNTOLD_TRAFFIC.map((name) => [name, 0])),
  }
}

function totalOf(nodes: readonly NodeReportView[], numberIn: (node: NodeReportView) => number | undefined): number {
  return nodes.reduce((sum, node) => sum + (numberIn(node) ?? 0), 0)
}

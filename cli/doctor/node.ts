import type { NodeReportView, StatusView } from '../../db/views.ts'
import { count, duration } from '../progress.ts'
import { bad, type Finding, good, note } from './finding.ts'
import { BEHIND_BLOCKS, CLOCK_SKEW_S, REPORT_OLD_S, TIP_AHEAD_S, TIP_OLD_S } from './limits.ts'

const AREA = 'node'

/** What the node that spoke last says of itself. `now` in unix seconds. */
export function judgeNode(status: StatusView, now: number): Finding[] {
  const [node] = status.nodes
  if (node === undefined) return [bad(AREA, 'no node has ever reported itself: start one with ./windsock up')]
  if (now - node.at > REPORT_OLD_S) {
    return [bad(AREA, `the node was last heard ${duration(now - node.at)} ago: start it, and read its log if it ends`)]
  }
  const findings = [...judgePeers(node), ...judgeTip(status, node, now)]
  if (node.at - now > CLOCK_SKEW_S) {
    findings.push(
      note(AREA, `its clock is ${Math.round(node.at - now)} s ahead of this one: set both by the network's time (NTP)`),
    )
  }
  if (node.signatures !== undefined && node.signatures !== 'native') {
    findings.push(note(AREA, 'signatures are checked without the native library, slowly: run npm rebuild secp256k1'))
  }
  if (node.isQueueAway) findings.push(bad(AREA, 'the node cannot reach the queue: start what it lives in'))
  return findings
}

function judgePeers(node: NodeReportView): Finding[] {
  const { peerCount = 0, dhtContacts = 0, isDhtPaused } = node
  const findings =
    peerCount > 0
      ? [good(AREA, `it has ${count(peerCount)} peers of the chain and ${count(dhtContacts)} contacts of the DHT`)]
      : [bad(AREA, 'it has no peer of the chain: let it out through the firewall, or name one with --connect')]
  if (peerCount > 0 && dhtContacts === 0 && !isDhtPaused) {
    findings.push(note(AREA, 'the DHT has no contact: let UDP through the firewall, 1000 above the port of the chain'))
  }
  return findings
}

function judgeTip({ tip }: StatusView, { height, headerHeight, isSynced }: NodeReportView, now: number): Finding[] {
  if (height === undefined) return [note(AREA, 'it does not say how high its chain is: is it of another version?')]
  if (headerHeight !== undefined && headerHeight - height > BEHIND_BLOCKS) {
    const behind = count(headerHeight - height)
    return [note(AREA, `it is ${behind} blocks behind the headers it knows: wait until it has caught up`)]
  }
  if (tip === undefined || tip.height !== height) return [good(AREA, `its chain ends at block ${count(height)}`)]
  if (tip.time - now > TIP_AHEAD_S) {
    return [bad(AREA, `the last block is ${duration(tip.time - now)} ahead of this machine's clock: set the clock`)]
  }
  if (now - tip.time > TIP_OLD_S) {
    const words = `the last block is ${duration(now - tip.time)} old${isSynced ? '' : ', and the node still asks for more'}`
    return [note(AREA, `${words}: see whether its peers are awake, and this machine's clock is right`)]
  }
  return [good(AREA, `its chain ends at block ${count(height)}, made ${duration(Math.max(1, now - tip.time))} ago`)]
}

import { say } from './child.ts'
import { openDhtNode, untilContacts } from './dht-nodes.ts'

// Nodes of a DHT. Arguments: their folder, the first octets of their addresses, how many, how many contacts each should
// have before it is said that they are there, and the address and port of one who is there already.

const [folder = '', net = '', count = '', contacts = '', host = '', port = ''] = process.argv.slice(2)
const nodes = []
for (let index = 0; index < Number(count); index++) {
  const node = await openDhtNode(`${net}.${100 + index}.1`, folder)
  node.dht.addContact(host, Number(port))
  nodes.push(node)
}
await untilContacts(nodes, Number(contacts))
process.once('disconnect', () => process.exit())
say(nodes.map((node) => ({ host: node.host, port: node.dht.port })))

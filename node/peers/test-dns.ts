import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { concatBytes, utf8Decode } from '../protocol/bytes.ts'

const TYPE_A = 1
const NO_SUCH_NAME = 3

/** A DNS server on loopback with A records alone; it keeps the names it was asked for. */
export async function openTestDns(
  records: Readonly<Record<string, readonly string[]>>,
): Promise<{ server: string; asked: string[]; close(): void }> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query, from) => {
    const { name, end } = readName(query)
    const type = query.readUInt16BE(end)
    asked.push(name)
    const hosts = type === TYPE_A ? (records[name] ?? []) : []
    const flags = records[name] === undefined ? 0x8180 | NO_SUCH_NAME : 0x8180
    const header = Buffer.alloc(12)
    header.writeUInt16BE(query.readUInt16BE(0), 0)
    header.writeUInt16BE(flags, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(hosts.length, 6)
    const answers = hosts.map((host) =>
      Uint8Array.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...host.split('.').map(Number)]),
    )
    socket.send(concatBytes(header, query.subarray(12, end + 4), ...answers), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { server: `127.0.0.1:${socket.address().port}`, asked, close: () => socket.close() }
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let offset = 12
  for (let length = query[offset] ?? 0; length > 0; length = query[offset] ?? 0) {
    labels.push(utf8Decode(query.subarray(offset + 1, offset + 1 + length)) ?? '')
    offset += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: offset + 1 }
}

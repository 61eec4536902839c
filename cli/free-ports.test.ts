import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { freeP2pPort, requireP2pPorts, requireSitePort } from './free-ports.ts'
import { SWARM_PORT_OFFSET } from './launch-config.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

async function listenTcp(port = 0): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  cleanups.push(() => server.close())
  return (server.address() as AddressInfo).port
}

async function listenUdp(port: number): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(port, '127.0.0.1', done))
  cleanups.push(() => socket.close())
}

test('a site port in use, or an address of another machine, is refused', async () => {
  const port = await listenTcp()
  await expect(requireSitePort('127.0.0.1', port)).rejects.toThrow(
    `the site cannot listen on 127.0.0.1, port ${port} (it is in use); choose another with --port`,
  )
  await expect(requireSitePort('192.0.2.1', port)).rejects.toThrow('not an address of this machine')
})

test('the chain port needs both ports above it, TCP and UDP', async () => {
  const chain = await freeP2pPort('127.0.0.1', 21_500)
  await requireP2pPorts('127.0.0.1', chain)
  await listenUdp(chain + SWARM_PORT_OFFSET)
  await expect(requireP2pPorts('127.0.0.1', chain)).rejects.toThrow(
    `the node cannot listen on 127.0.0.1, UDP port ${chain + SWARM_PORT_OFFSET} (it is in use); choose another port with --p2p-port`,
  )
  await listenTcp(chain + SWARM_PORT_OFFSET)
  await expect(requireP2pPorts('127.0.0.1', chain)).rejects.toThrow(`port ${chain + SWARM_PORT_OFFSET} (it is in use)`)
  await listenTcp(chain)
  await expect(requireP2pPorts('127.0.0.1', chain)).rejects.toThrow(`port ${chain} (it is in use)`)
  expect(await freeP2pPort('127.0.0.1', chain)).not.toBe(chain)
})

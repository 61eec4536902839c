// Preloaded (node --import) into the build, the tests and the demo: an attempt to reach anything but this machine is
// refused before a packet leaves, and written down, one JSON line each, in the file `sockets` of TMPDIR,
// which every process here inherits.
import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'

const file = process.env.TMPDIR && join(process.env.TMPDIR, 'sockets')

function isHere(host) {
  if (host === undefined || host === null || host === '' || host === 'localhost') return true
  const address = String(host)
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d)/, '')
  return /^127\.\d+\.\d+\.\d+$/.test(address) || address === '::1'
}

function note(kind, host) {
  if (file === undefined) return
  const line = { kind, host: String(host), isHere: isHere(host), pid: process.pid, argv: process.argv.slice(1, 4) }
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}

function refuse(kind, host) {
  note(kind, host)
  return new Error(`${kind} to ${host}: nothing but this machine may be contacted here`)
}

const connect = net.Socket.prototype.connect
let isNoted = false
net.Socket.prototype.connect = function (...args) {
  // Normalised arguments arrive as [[options, callback]].
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: args[1] }
  const host = typeof options.host === 'string' ? options.host : undefined
  if (options.path === undefined && !isHere(host)) {
    this.destroy(refuse('connect', host))
    return this
  }
  if (!isNoted && options.path === undefined) {
    note('connect', host ?? '127.0.0.1')
    isNoted = true
  }
  return connect.apply(this, args)
}

const send = dgram.Socket.prototype.send
dgram.Socket.prototype.send = function (...args) {
  const host = args.find((arg, index) => index > 0 && typeof arg === 'string')
  if (!isHere(host)) {
    const callback = args.at(-1)
    const error = refuse('send', host)
    if (typeof callback === 'function') callback(error)
    return undefined
  }
  return send.apply(this, args)
}

for (const api of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'resolveSrv', 'reverse']) {
    const original = api[name]
    api[name] = function (host, ...rest) {
      if (isHere(host) || net.isIP(String(host)) !== 0) return original.call(this, host, ...rest)
      const error = refuse('dns', host)
      const callback = rest.at(-1)
      if (typeof callback !== 'function') return Promise.reject(error)
      process.nextTick(callback, error)
      return undefined
    }
  }
}
syncBuiltinESMExports()

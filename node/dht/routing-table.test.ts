import { describe, expect, it } from 'vitest'
import { compareDistance, sharedPrefixBits } from './contact.ts'
import { BUCKET_SIZE, MAX_CONTACT_FAILURES } from './limits.ts'
import { RoutingTable } from './routing-table.ts'

const localId = new Uint8Array(20)

function id(...bytes: number[]): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, index) => bytes[index] ?? 0)
}

function table(isDiversityOn = false): RoutingTable {
  return new RoutingTable({ localId, isDiversityOn })
}

describe('the routing table', () => {
  it('gives the nearest confirmed contacts, exactly ordered', () => {
    const contacts = table()
    for (let byte = 1; byte <= 40; byte++) contacts.heard(id(byte, byte), { host: `10.0.0.${byte}`, port: 1 }, byte)
    const target = id(5)
    const found = contacts.closest(target, BUCKET_SIZE)
    expect(found).toHaveLength(BUCKET_SIZE)
    const sorted = contacts.all().sort((a, b) => compareDistance(target, a.id, b.id))
    expect(found.map((contact) => contact.host)).toEqual(sorted.slice(0, BUCKET_SIZE).map((contact) => contact.host))
  })

  it('leaves out who did not answer, and forgets who never does', () => {
    const contacts = table()
    const endpoint = { host: '10.0.0.1', port: 1 }
    contacts.heard(id(1), endpoint, 0)
    contacts.failed(endpoint)
    expect(contacts.closest(id(1), 8)).toEqual([])
    expect(contacts.candidates(id(1), 8)).toHaveLength(1)
    contacts.heard(id(1), endpoint, 1)
    expect(contacts.closest(id(1), 8)).toHaveLength(1)
    for (let round = 0; round < MAX_CONTACT_FAILURES; round++) contacts.failed(endpoint)
    expect(contacts.size).toBe(0)
  })

  it('does not let a living contact be displaced by its id from elsewhere, but a silent one', () => {
    const contacts = table()
    contacts.heard(id(1), { host: '10.0.0.1', port: 1 }, 0)
    expect(contacts.heard(id(1), { host: '10.9.9.9', port: 1 }, 1)).toBe(false)
    expect(contacts.closest(id(1), 8)[0]?.host).toBe('10.0.0.1')
    contacts.failed({ host: '10.0.0.1', port: 1 })
    contacts.heard(id(1), { host: '10.9.9.9', port: 1 }, 2)
    expect(contacts.closest(id(1), 8)[0]?.host).toBe('10.9.9.9')
    expect(contacts.size).toBe(1)
  })

  it('takes a new id of the same address for the old', () => {
    const contacts = table()
    contacts.heard(id(1), { host: '10.0.0.1', port: 1 }, 0)
    contacts.heard(id(2), { host: '10.0.0.1', port: 1 }, 1)
    expect(contacts.all().map((contact) => contact.id[0])).toEqual([2])
  })

  it('holds one contact per address and one per /24 in a bucket when it is to be diverse', () => {
    const contacts = table(true)
    expect(contacts.heard(id(0x80, 1), { host: '198.51.100.1', port: 1 }, 0)).toBe(true)
    expect(contacts.heard(id(0x80, 2), { host: '198.51.100.2', port: 1 }, 0)).toBe(false)
    expect(contacts.heard(id(0x40), { host: '198.51.100.1', port: 2 }, 0)).toBe(false)
    expect(contacts.heard(id(0x40), { host: '198.51.100.3', port: 1 }, 0)).toBe(true)
    expect(contacts.heard(id(0x80, 2), { host: '203.0.113.2', port: 1 }, 0)).toBe(true)
  })

  it('keeps who finds its bucket full, and lets the newest of them in for who fails or leaves', () => {
    const contacts = table()
    const far = (number: number) => ({ id: id(0x80, number), host: `10.0.${number}.1`, port: 1 })
    for (let number = 0; number < BUCKET_SIZE + 12; number++) {
      const { id, ...endpoint } = far(number)
      expect(contacts.heard(id, endpoint, number)).toBe(number < BUCKET_SIZE)
    }
    expect(contacts.size).toBe(BUCKET_SIZE)
    contacts.failed(far(3))
    expect(contacts.has(far(3))).toBe(false)
    expect(contacts.has(far(BUCKET_SIZE + 11))).toBe(true)
    contacts.failed(far(BUCKET_SIZE + 10))
    contacts.remove(far(4))
    expect(contacts.has(far(BUCKET_SIZE + 10))).toBe(false)
    expect(contacts.has(far(BUCKET_SIZE + 9))).toBe(true)
    expect(contacts.size).toBe(BUCKET_SIZE)
    for (let number = 0; number < BUCKET_SIZE + 12; number++) contacts.remove(far(number))
    expect(contacts.size).toBe(0)
  })

  it('names an id in the bucket where nothing was looked up for longest', () => {
    const contacts = table()
    expect(contacts.idleTarget(0, 10)).toBeUndefined()
    contacts.heard(id(0x80), { host: '10.0.0.1', port: 1 }, 0)
    contacts.heard(id(0x20), { host: '10.0.0.2', port: 1 }, 0)
    expect(contacts.idleTarget(0, 10)).toBeUndefined()
    contacts.touch(id(0x85), 7)
    contacts.touch(id(0x45), 5)
    const bits = (target: Uint8Array | undefined) => target && sharedPrefixBits(localId, target)
    expect(bits(contacts.idleTarget(12, 10))).toBe(2)
    contacts.touch(id(0x21), 12)
    expect(bits(contacts.idleTarget(16, 10))).toBe(1)
    expect(bits(contacts.idleTarget(17, 10))).toBe(1)
    contacts.touch(id(0x41), 17)
    expect(bits(contacts.idleTarget(18, 10))).toBe(0)
  })

  it('never holds itself', () => {
    expect(table().heard(localId, { host: '10.0.0.1', port: 1 }, 0)).toBe(false)
  })
})

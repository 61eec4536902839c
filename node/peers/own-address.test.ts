import { expect, test } from 'vitest'
import { isRoutable } from './ip.ts'
import { MAX_OWN_ADDRESS_VOTES } from './limits.ts'
import { OwnAddress } from './own-address.ts'

function ownOf(bind: string, interfaces: string[] = []): OwnAddress {
  return new OwnAddress({ bind, isPublic: isRoutable, interfaces })
}

test('where we listen is known, if it is a public address; so is a public address of the machine', () => {
  expect(ownOf('8.8.8.8').host()).toBe('8.8.8.8')
  expect(ownOf('127.0.0.1', ['9.9.9.9']).host()).toBeUndefined()
  expect(ownOf('192.168.0.2', ['9.9.9.9']).host()).toBeUndefined()
  expect(ownOf('0.0.0.0', ['127.0.0.1', '10.0.0.1', '9.9.9.9']).host()).toBe('9.9.9.9')
  expect(ownOf('0.0.0.0', ['127.0.0.1', '10.0.0.1']).host()).toBeUndefined()
})

test('otherwise the majority of the neighbourhoods that we dialled decides, three at least', () => {
  const own = ownOf('0.0.0.0')
  own.seenBy('1.1.1.1', '8.8.8.8')
  own.seenBy('1.1.2.2', '8.8.8.8')
  own.seenBy('2.2.2.2', '8.8.8.8')
  expect(own.host()).toBeUndefined()
  own.seenBy('3.3.3.3', '8.8.8.8')
  expect(own.host()).toBe('8.8.8.8')
  own.seenBy('4.4.4.4', '9.9.9.9')
  own.seenBy('5.5.5.5', '9.9.9.9')
  expect(own.host()).toBe('8.8.8.8')
  own.seenBy('6.6.6.6', '9.9.9.9')
  expect(own.host()).toBeUndefined()
  own.seenBy('1.1.1.1', '9.9.9.9')
  expect(own.host()).toBe('9.9.9.9')
})

test('what nobody can reach is no address, and only so many voices are remembered', () => {
  const own = ownOf('0.0.0.0')
  for (let voter = 1; voter < 10; voter++) own.seenBy(`${voter}.1.1.1`, '192.168.0.1')
  expect(own.host()).toBeUndefined()
  for (let voter = 0; voter < 3; voter++) own.seenBy(`20.${voter}.1.1`, '8.8.8.8')
  for (let voter = 0; voter < MAX_OWN_ADDRESS_VOTES; voter++) own.seenBy(`30.${voter}.1.1`, '9.9.9.9')
  for (let voter = 0; voter < MAX_OWN_ADDRESS_VOTES / 2; voter++) own.seenBy(`40.${voter}.1.1`, '7.7.7.7')
  expect(own.host()).toBeUndefined()
})

test('an address at which we met ourselves is our own', () => {
  const own = ownOf('0.0.0.0')
  expect(own.isOwn('8.8.8.8')).toBe(false)
  own.met('8.8.8.8')
  expect(own.isOwn('8.8.8.8')).toBe(true)
  expect(ownOf('9.9.9.9').isOwn('9.9.9.9')).toBe(true)
})

import { expect, test } from 'vitest'
import { Bans } from './bans.ts'
import { isLoopback } from './ip.ts'
import { BAN_TIME_S, MAX_BANS } from './limits.ts'

test('a ban lasts a day, and never meets a loopback peer', () => {
  const bans = new Bans(isLoopback)
  bans.ban('8.8.8.8', 1000)
  expect(bans.isBanned('8.8.8.8', 1000 + BAN_TIME_S - 1)).toBe(true)
  expect(bans.isBanned('8.8.8.9', 1000)).toBe(false)
  expect(bans.isBanned('8.8.8.8', 1000 + BAN_TIME_S)).toBe(false)
  bans.ban('127.0.0.1', 1000)
  expect(bans.isBanned('127.0.0.1', 1000)).toBe(false)
})

test('of IPv6 a machine has a whole /64', () => {
  const bans = new Bans(isLoopback)
  bans.ban('2001:db8:1:2::3', 0)
  expect(bans.isBanned('2001:db8:1:2:ffff::4', 1)).toBe(true)
  expect(bans.isBanned('2001:db8:1:3::3', 1)).toBe(false)
})

test('so many bans are remembered, the latest', () => {
  const bans = new Bans(isLoopback)
  for (let index = 0; index <= MAX_BANS; index++) bans.ban(`20.${index >> 8}.${index & 255}.1`, 0)
  expect(bans.isBanned('20.0.0.1', 1)).toBe(false)
  expect(bans.isBanned('20.0.1.1', 1)).toBe(true)
})

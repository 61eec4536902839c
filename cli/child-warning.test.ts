import { expect, test } from 'vitest'
import { warningIn } from './child-warning.ts'

test('warnings and errors of a log are shown, with their cause', () => {
  expect(warningIn('{"level":30,"msg":"fine"}', 'stderr')).toBeUndefined()
  expect(warningIn('{"level":40,"msg":"odd"}', 'stdout')).toBe('odd')
  expect(warningIn('{"level":50,"msg":"broken","err":{"message":"no disk"}}', 'stderr')).toBe('broken: no disk')
  expect(warningIn('{"level":50,"msg":"no disk","err":{"message":"no disk"}}', 'stderr')).toBe('no disk')
})

test('a line that is no log is shown from standard error alone', () => {
  expect(warningIn('Error: it fell over', 'stderr')).toBe('Error: it fell over')
  expect(warningIn('{not json', 'stderr')).toBe('{not json')
  expect(warningIn('ready', 'stdout')).toBeUndefined()
  expect(warningIn('   ', 'stderr')).toBeUndefined()
  expect(warningIn('(node:12) MaxListenersExceededWarning: …', 'stderr')).toBeUndefined()
  expect(warningIn('(Use `node --trace-warnings ...`)', 'stderr')).toBeUndefined()
  expect(warningIn('x'.repeat(1_000), 'stderr')?.length).toBe(301)
})

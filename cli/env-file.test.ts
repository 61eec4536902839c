import { expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { parseEnvFile } from './env-file.ts'

const known = new Set(['A', 'B'])

test('lines are read, with comments, quotes, spaces and empty values', () => {
  const text = '# a comment\r\n\r\nA = 1 # not a comment\nB="two words"\nA=last\n'
  expect(Object.fromEntries(parseEnvFile(text, 'f', known))).toEqual({ A: 'last', B: 'two words' })
  expect(parseEnvFile("A='x'\nA=\n", 'f', known).size).toBe(0)
  expect(parseEnvFile('A=a=b', 'f', known).get('A')).toBe('a=b')
})

test('a line that is no setting is refused with its number', () => {
  expect(() => parseEnvFile('A=1\nnonsense', 'f.env', known)).toThrow(
    new ConfigError('f.env, line 2: expected KEY=VALUE, found "nonsense"'),
  )
  expect(() => parseEnvFile('\nC=1', 'f.env', known)).toThrow('f.env, line 2: there is no setting C')
})

import { expect, test } from 'vitest'
import { gateTally, sum, tallyLine, vitestTally } from './tally.ts'

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((one, i) => ({ fullName: `test ${i}`, status: one })),
})

test('passed tests are counted, failed ones named', () => {
  const testResults = [file('failed', 'passed', 'failed'), file('passed', 'passed')]
  expect(vitestTally('unit', { numPassedTests: 2, testResults }, 1)).toEqual({
    passed: 2,
    failures: ['a.test.ts: test 1'],
  })
})

test('a file that cannot be loaded fails, though none of its tests did', () => {
  const report = { numPassedTests: 1, testResults: [file('failed'), file('passed', 'passed')] }
  expect(vitestTally('unit', report, 1)).toEqual({ passed: 1, failures: ['a.test.ts: failed outside of its tests'] })
})

test('a skipped test is a failed one', () => {
  const report = { numPassedTests: 1, testResults: [file('passed', 'passed', 'skipped', 'todo')] }
  expect(vitestTally('unit', report, 0)).toEqual({
    passed: 1,
    failures: ['a.test.ts: test 1 (skipped)', 'a.test.ts: test 2 (todo)'],
  })
})

test('no report, no tests, or an error outside of tests is a failure', () => {
  const failures = (report: unknown, exitCode: number) => vitestTally('unit', report, exitCode).failures
  expect(failures(undefined, 0)).toEqual(['unit tests: no report was written'])
  expect(failures({ numPassedTests: 0, testResults: [] }, 0)).toEqual(['unit tests: no test was found'])
  const fine = { numPassedTests: 3, testResults: [file('passed', 'passed', 'passed', 'passed')] }
  expect(failures(fine, 1)).toEqual(['unit tests: exit code 1, though no test failed'])
  expect(failures(fine, 0)).toEqual([])
})

test('the line sums everything', () => {
  const all = [gateTally('types', 0), gateTally('lint', 2), { passed: 40, failures: [] }]
  expect(sum(all).failures).toEqual(['lint'])
  expect(tallyLine(sum(all))).toBe('41 passed, 1 failed')
})

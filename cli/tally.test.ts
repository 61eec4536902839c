import { expect, test } from 'vitest'
import { gateTally, sum, tallyLine, vitestTally } from './tally.ts'

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((one) => ({ status: one })),
})

test('passed and failed tests are counted', () => {
  const testResults = [file('failed', 'passed', 'failed'), file('passed', 'passed')]
  expect(vitestTally({ numPassedTests: 2, numFailedTests: 1, testResults }, 1)).toEqual({ passed: 2, failed: 1 })
})

test('a file that cannot be loaded fails, though none of its tests did', () => {
  const report = { numPassedTests: 1, numFailedTests: 0, testResults: [file('failed'), file('passed', 'passed')] }
  expect(vitestTally(report, 1)).toEqual({ passed: 1, failed: 1 })
})

test('a skipped test is a failed one', () => {
  const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 2, testResults: [file('passed', 'passed')] }
  expect(vitestTally(report, 0)).toEqual({ passed: 1, failed: 2 })
})

test('no report, no tests, or an error outside of tests is a failure', () => {
  expect(vitestTally(undefined, 0)).toEqual({ passed: 0, failed: 1 })
  expect(vitestTally({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0)).toEqual({ passed: 0, failed: 1 })
  const fine = { numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 'passed', 'passed', 'passed')] }
  expect(vitestTally(fine, 1)).toEqual({ passed: 3, failed: 1 })
  expect(vitestTally(fine, 0)).toEqual({ passed: 3, failed: 0 })
})

test('the line sums everything', () => {
  expect(tallyLine(sum([gateTally(0), gateTally(2), { passed: 40, failed: 0 }]))).toBe('41 passed, 1 failed')
})

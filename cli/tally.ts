export interface Tally {
  passed: number
  failed: number
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  })
}

export function tallyLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`
}

/** A gate is one check. */
export function gateTally(exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/**
 * Counts vitest's JSON report. A file that could not be loaded has no failed test, a run that found nothing none at
 * all, and a skipped test did not pass: each must fail the whole.
 */
export function vitestTally(report: unknown, exitCode: number): Tally {
  if (!isReport(report)) return { passed: 0, failed: 1 }
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + brokenFiles + (report.numPendingTests ?? 0)
  const isEmpty = report.numPassedTests + failed === 0
  const hasOtherError = failed === 0 && (exitCode !== 0 || isEmpty)
  return { passed: report.numPassedTests, failed: hasOtherError ? 1 : failed }
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests?: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

function isReport(value: unknown): value is VitestReport {
  if (typeof value !== 'object' || value === null) return false
  const { numPassedTests, numFailedTests, testResults } = value as Record<string, unknown>
  return typeof numPassedTests === 'number' && typeof numFailedTests === 'number' && Array.isArray(testResults)
}

/** What was counted: how many checks passed, and the name of each that did not. */
export interface Tally {
  passed: number
  failures: readonly string[]
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
  }
}

export function tallyLine({ passed, failures }: Tally): string {
  return `${passed} passed, ${failures.length} failed`
}

/** A gate is one check. */
export function gateTally(name: string, exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [name] }
}

/**
 * Counts vitest's JSON report. A file that could not be loaded has no failed test, a run that found nothing none at
 * all, and a skipped test did not pass: each must fail the whole.
 */
export function vitestTally(project: string, report: unknown, exitCode: number): Tally {
  if (!isReport(report)) return { passed: 0, failures: [`${project} tests: no report was written`] }
  const failures = report.testResults.flatMap(failuresOfFile)
  const isEmpty = report.numPassedTests + failures.length === 0
  const hasOtherError = failures.length === 0 && (exitCode !== 0 || isEmpty)
  const other = isEmpty ? 'no test was found' : `exit code ${exitCode}, though no test failed`
  return { passed: report.numPassedTests, failures: hasOtherError ? [`${project} tests: ${other}`] : failures }
}

function failuresOfFile({ name, status, assertionResults }: FileResult): string[] {
  const failures = assertionResults
    .filter((test) => test.status !== 'passed')
    .map((test) => `${name}: ${test.fullName}${test.status === 'failed' ? '' : ` (${test.status})`}`)
  const isBroken = status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  return isBroken ? [...failures, `${name}: failed outside of its tests`] : failures
}

interface FileResult {
  name: string
  status: string
  assertionResults: { fullName: string; status: string }[]
}

interface VitestReport {
  numPassedTests: number
  testResults: FileResult[]
}

function isReport(value: unknown): value is VitestReport {
  if (typeof value !== 'object' || value === null) return false
  const { numPassedTests, testResults } = value as Record<string, unknown>
  return typeof numPassedTests === 'number' && Array.isArray(testResults)
}

import { runChecks } from './gates.ts'
import { tallyLine } from './tally.ts'
import { openTerminal } from './terminal.ts'

const terminal = openTerminal()
const tally = await runChecks(process.cwd(), terminal)
terminal.say(tallyLine(tally))
process.exitCode = tally.failures.length === 0 ? 0 : 1

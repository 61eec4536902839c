/** Where a person reads: progress on standard output, trouble on standard error. */
export interface Terminal {
  say(line: string): void
  warn(line: string): void
}

export function openTerminal(): Terminal {
  // Who reads us through a pipe may go away; that is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
  }
}

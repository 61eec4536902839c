import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { ControlPlaces } from '../on-target.ts'
import type { Terminal } from '../terminal.ts'

/** `doctor`: what is wrong here, and what to do. */
export function addDoctor(program: Command, { root, cwd }: ControlPlaces, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check configuration, database, queue, node and index, and say what to do (exit code 1 if anything)')
    .option('--json', 'print JSON')
    .option('--data <dir>', 'the data folder (default: that of the settings, or of what runs)')
    .option('--config <file>', 'file of KEY=VALUE lines (windsock.env beside the program, if there is one)')
    .action(async (given: { json?: boolean; data?: string; config?: string }) => {
      const { runDoctor } = await import('./doctor.ts')
      const dataDir = given.data === undefined ? undefined : resolve(cwd, given.data)
      const places = { root, cwd, env: process.env, configFile: given.config, dataDir }
      process.exitCode = await runDoctor({ ...places, isJson: given.json === true, now: Date.now() / 1000 }, terminal)
    })
}

import { join } from 'node:path'
import { type ChildSpec, startChild } from './child.ts'
import { devnetEnvironment } from './child-environment.ts'
import { type DevnetAnnouncement, parseDevnetAnnouncement } from './devnet-announcement.ts'
import { childSpec, PATIENCE_MS, type SystemOptions } from './system-options.ts'

/** Where the private network is to be found; it can come back on other ports after a crash. */
export interface RunningDevnet {
  readonly announcement: DevnetAnnouncement
  /** Called when its peers are no longer where they were. */
  onMoved: () => void
}

/** Resolves when the devnet has said where its peers listen. */
export async function startDevnet(options: SystemOptions, base: ChildSpec['env']): Promise<RunningDevnet> {
  const { config, supervisor, terminal, signal } = options
  terminal.say('starting a private twister network on loopback')
  const env = devnetEnvironment(base, config, join(config.dataDir, 'devnet'))
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    let running: { announcement: DevnetAnnouncement; onMoved: () => void } | undefined
    const onLine = (line: string) => {
      const announcement = parseDevnetAnnouncement(line)
      if (announcement === undefined) return
      if (running === undefined) {
        running = { announcement, onMoved: () => undefined }
        return done(running)
      }
      const hasMoved = announcement.connect.join() !== running.announcement.connect.join()
      running.announcement = announcement
      if (hasMoved) running.onMoved()
    }
    const start = () => startChild({ ...childSpec(options, 'devnet', 'devnet/main.ts', env), onLine })
    supervisor.keep('devnet', start, PATIENCE_MS.devnet).catch(fail)
  })
}

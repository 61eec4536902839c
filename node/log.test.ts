import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('a process whose log nobody reads any more still ends', async () => {
  const script = `
    import pino from 'pino'
    import { standardError } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))}
    const log = pino({ level: 'info' }, standardError())
    log.info('first')
    process.stdin.resume().once('end', () => {
      for (let line = 0; line < 3; line++) log.info('nobody hears this')
      process.exit(7)
    })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  const [line] = await once(child.stderr, 'data')
  expect(JSON.parse(String(line))).toMatchObject({ msg: 'first' })
  child.stderr.destroy()
  await once(child.stderr, 'close')
  child.stdin.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  expect(await once(child, 'exit')).toEqual([7, null])
  clearTimeout(timer)
})

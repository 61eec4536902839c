import { type Child, startChild } from './child.ts'

/** A process of the benchmark's own that serves HTTP, says its port when it does, and answers with its CPU usage. */
export interface HttpChild {
  child: Child
  port: number
}

/** Starts `file` of this folder. */
export async function startHttpChild(file: string, args: readonly string[]): Promise<HttpChild> {
  const child = startChild(file, args)
  const { port } = (await child.said()) as { port: number }
  return { child, port }
}

/** Milliseconds so far. */
export async function cpuOf({ child }: HttpChild): Promise<number> {
  child.ask()
  const { user, system } = (await child.said()) as NodeJS.CpuUsage
  return (user + system) / 1000
}

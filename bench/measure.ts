/** Says on standard error how far a part is. */
export type Progress = (line: string) => void

export interface NodeBenchOptions {
  /** Length of the chain that `sync` fetches. */
  blocks: number
  /** A folder that may be written to and is removed afterwards. */
  folder: string
  /** A folder in which what takes long to make is kept for the next run. */
  cache?: string | undefined
}

/** Measures one thing, and what bounds it in the same run. */
export type Measure = (options: NodeBenchOptions, progress: Progress) => Promise<object>

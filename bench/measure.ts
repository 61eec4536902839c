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

export interface IndexBenchOptions {
  /** How many posts the data set has. */
  posts: number
  /** The data set with so many posts (see index-data-file.ts), made when it is not there yet. */
  dataFileOf: (posts: number) => string
  /** A folder that may be written to and is removed afterwards. */
  folder: string
  /** A folder in which what takes long to make is kept for the next run. */
  cache?: string | undefined
}

/** Measures one thing of the index, and what bounds it in the same run. */
export type MeasureIndex = (options: IndexBenchOptions, progress: Progress) => Promise<object>

export interface ApiBenchOptions {
  /** Of a database with so many posts (see index-data-file.ts), with its counts settled. */
  databaseUrl: string
  /** The same database, by the role that may only read: as the site has it. */
  readUrl: string
  /** Unix seconds of the last block of the data. */
  endTime: number
  /** A folder that may be written to and is removed afterwards. */
  folder: string
}

/** Measures one thing of the API, and what bounds it in the same run. */
export type MeasureApi = (options: ApiBenchOptions, progress: Progress) => Promise<object>

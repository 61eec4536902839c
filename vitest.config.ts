import { defineConfig } from 'vitest/config'

/**
 * Tests of the index and the queue, each on servers of its own that it starts: some files run at a time. The others start
 * whole systems, measure how long readers wait, or build the site: one after the other.
 */
const INDEX_TESTS = `test/{${[
  ...['counts', 'crash', 'database-writes', 'fuzz-*', 'hidden-queries', 'imports', 'index-*', 'indexer-*'],
  ...[
    'api-responses',
    'front',
    'indexers-*',
    'moderation',
    'oracle',
    'outbox-queue',
    'page-queries',
    'recording-*',
    'rpc',
    'search',
    'site-api',
    'stream',
    'stream-*',
    'trends',
    'verify-package',
  ],
].join(',')}}.test.ts`

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{node,indexer,db,app,verify,devnet,cli,bench}/**/*.test.{ts,tsx}'],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'index',
          include: [INDEX_TESTS],
          sequence: { groupOrder: 1 },
          maxWorkers: 3,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**', INDEX_TESTS],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          sequence: { groupOrder: 3 },
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})

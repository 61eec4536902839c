import { describe, expect, test } from 'vitest'
import { SCHEMA_VERSION } from '../../db/schema/version.ts'
import type { NodeReportView, StatusView } from '../../db/views.ts'
import { PENDING_ITEMS } from '../../indexer/limits.ts'
import { DERIVATION_VERSION } from '../../indexer/rebuild/derivation.ts'
import { checkNodeVersion } from './configuration.ts'
import { judgeServer } from './database.ts'
import type { Finding } from './finding.ts'
import { judgeIndex } from './index-state.ts'
import { judgeNode } from './node.ts'
import { judgeRedis } from './queue.ts'

const NOW = 2_000_000_000

function told(findings: readonly Finding[]): string {
  return findings
    .filter(({ state }) => state !== 'good')
    .map(({ state, words }) => `${state}: ${words}`)
    .join('\n')
}

test('an old Node.js', () => {
  expect(told(checkNodeVersion('20.19.9'))).toMatch(/^bad: this is Node\.js 20\.19\.9: install/)
  expect(told([...checkNodeVersion('20.20.0'), ...checkNodeVersion('22.1.0')])).toBe('')
})

describe('a server of the database', () => {
  const facts = {
    versionNumber: 170_000,
    version: '17',
    encoding: 'UTF8',
    foldsLetters: true,
    connections: 3,
    maxConnections: 100,
    sizeBytes: 1,
    now: NOW,
    hasMeta: true,
    installed: [],
  }
  test.each([
    [{}, /^$/],
    [{ versionNumber: 130_012, version: '13.12' }, /^bad: this is PostgreSQL 13\.12: use 14/],
    [{ encoding: 'SQL_ASCII' }, /^bad: the encoding is SQL_ASCII/],
    [{ foldsLetters: false }, /^bad: letters outside ASCII are not folded/],
    [{ connections: 95 }, /^note: 95 of 100 connections/],
    [{ now: NOW + 90 }, /^note: its clock is 90 s from/],
  ])('%o', (change, says) => {
    expect(told(judgeServer({ ...facts, ...change }, NOW))).toMatch(says)
  })
})

describe('Redis', () => {
  const info = [
    ['redis_version', '7.2'],
    ['maxmemory_policy', 'noeviction'],
    ['maxmemory', '0'],
    ['used_memory', '5'],
    ['aof_enabled', '1'],
    ['aof_last_write_status', 'ok'],
    ['rdb_last_bgsave_status', 'ok'],
    ['role', 'master'],
  ]
  test.each([
    ['maxmemory_policy', 'noeviction', /^$/],
    ['maxmemory_policy', 'volatile-lru', /^bad: Redis may evict jobs/],
    ['maxmemory', '5', /^bad: Redis has used up its memory/],
    ['aof_enabled', '0', /^note: Redis forgets its newest jobs/],
    ['aof_last_write_status', 'err', /^bad: .* append-only file/],
    ['rdb_last_bgsave_status', 'err', /^bad: .* snapshots/],
    ['role', 'slave', /^bad: this Redis is a replica/],
  ])('%s %s', (name, value, says) => {
    const text = info.map(([key, was]) => `${key}:${key === name ? value : was}\r\n`).join('')
    expect(told(judgeRedis(text))).toMatch(says)
  })
})

const node: NodeReportView = {
  nodeId: 'node',
  at: NOW - 2,
  height: 100,
  headerHeight: 100,
  isSynced: true,
  peerCount: 5,
  dhtContacts: 9,
  outboxLast: 10,
  cursor: 10,
  signatures: 'native',
  refused: {},
}

function status(change: Partial<NodeReportView>, tipTime = NOW - 60): StatusView {
  return {
    tip: { height: 100, hash: '', time: tipTime },
    nodes: [{ ...node, ...change }],
    follows: { missing: 0, lacking: 0, failing: 0, unregistered: 0 },
    indexer: { at: NOW - 1 },
    derivation: {},
    reconciliation: { users: 0, differing: 0, lackingHere: 0, lackingThere: 0, asked: 0, given: 0 },
    counts: { names: 0, users: 0, posts: 0, hashtags: 0, waiting: 0, refused: 0 },
  }
}

describe('a node', () => {
  test.each<[Partial<NodeReportView>, number, RegExp]>([
    [{}, NOW - 60, /^$/],
    [{ peerCount: 0 }, NOW - 60, /^bad: it has no peer/],
    [{ dhtContacts: 0 }, NOW - 60, /^note: the DHT has no contact/],
    [{ headerHeight: 400 }, NOW - 60, /^note: it is 300 blocks behind the headers/],
    [{}, NOW + 9000, /^bad: the last block is .* ahead of this machine's clock/],
    [{}, NOW - 9000, /^note: the last block is 2\.5 h old/],
    [{ at: NOW + 60 }, NOW - 60, /^note: its clock is 60 s ahead/],
    [{ signatures: 'fallback' }, NOW - 60, /^note: signatures are checked without the native library/],
    [{ isQueueAway: true }, NOW - 60, /^bad: the node cannot reach the queue/],
  ])('%o, last block at %i', (change, tipTime, says) => {
    expect(told(judgeNode(status(change, tipTime), NOW))).toMatch(says)
  })

  test('that never was', () => {
    expect(told(judgeNode({ ...status({}), nodes: [] }, NOW))).toMatch(/^bad: no node has ever reported/)
  })
})

describe('an index', () => {
  const facts = {
    meta: { schema: String(SCHEMA_VERSION) },
    invalidIndexes: [],
    pending: 1,
    oldestPending: NOW - 5,
    marks: 0,
  }
  const healthy = { ...facts, tipHeight: 100, tipTime: NOW - 60 }
  const judged = (change: object, meta: Record<string, string> = {}, of = status({})) =>
    told(
      judgeIndex({
        facts: { ...healthy, ...change, meta: { ...healthy.meta, ...meta } },
        status: of,
        refused: [{ code: 'bad-userpost-signature', count: 3 }],
        network: undefined,
        now: NOW,
      }),
    )

  test.each<[object, Record<string, string>, RegExp]>([
    [{}, {}, /^$/],
    [{}, { schema: '9' }, /^bad: the schema is 9, newer/],
    [{}, { derivation: String(DERIVATION_VERSION - 1) }, /^note: it was derived by an older version/],
    [{}, { derivation: String(DERIVATION_VERSION + 1) }, /^bad: it was derived by a newer version/],
    [{}, { rebuild: `{"phase":"posts","at":${NOW - 5}}` }, /^note: it is being rebuilt \(posts\)/],
    [{}, { rebuild: `{"phase":"posts","at":${NOW - 500}}` }, /^note: a rebuild was broken off \(posts\)/],
    [{}, { rebuild: 'junk' }, /^note: a rebuild was broken off \(\?\)/],
    [{}, { verification: `{"at":${NOW - 60},"isGood":true}` }, /^$/],
    [{ marks: 200_000 }, {}, /^note: 200,000 totals wait/],
    [{ pending: PENDING_ITEMS }, {}, /^note: 20,000 of at most 20,000 items wait/],
    [{ tipHeight: 50 }, {}, /^note: it is 0 records and 50 blocks behind/],
  ])('%o %o', (change, meta, says) => {
    expect(judged(change, meta)).toMatch(says)
  })

  test('that lags behind the node', () => {
    expect(judged({}, {}, status({ outboxLast: 50_010 }))).toMatch(/^note: it is 50,000 records and 0 blocks behind/)
  })
})

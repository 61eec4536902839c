import { expect, test } from 'vitest'
import { parseDevnetAnnouncement } from './devnet-announcement.ts'

test('the line that says where the peers listen is told from log lines', () => {
  expect(parseDevnetAnnouncement('{"connect":["127.1.0.1:5"],"follow":["alice"]}')).toEqual({
    connect: ['127.1.0.1:5'],
    follow: ['alice'],
  })
  expect(parseDevnetAnnouncement('{"connect":["127.1.0.1:5"]}')?.follow).toEqual([])
  for (const line of [
    '',
    'connect',
    '{',
    '{"level":30,"msg":"x"}',
    '{"connect":[]}',
    '{"connect":"x"}',
    '{"connect":[1]}',
  ])
    expect(parseDevnetAnnouncement(line)).toBeUndefined()
})

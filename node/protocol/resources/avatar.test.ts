import { expect, test } from 'vitest'
import { itemOf, recordedItems } from '../../../test/dht-samples.ts'
import { parseAvatar } from './avatar.ts'

const avatar = (v: string) => parseAvatar(itemOf('avatar', 's', v))
const dataUrl = (mime: string, hex: string): string =>
  `data:${mime};base64,${Buffer.from(hex, 'hex').toString('base64')}`

test('the recorded avatar is a PNG', () => {
  const [item] = recordedItems('alice', 'avatar')
  const picture = item && parseAvatar(item)
  expect(picture?.mime).toBe('image/png')
  expect(Buffer.from(picture?.bytes.subarray(1, 4) ?? []).toString()).toBe('PNG')
})

test.each([
  ['image/jpeg', 'ffd8ffe0'],
  ['image/png', '89504e470d0a1a0a'],
  ['image/gif', '474946383961'],
  ['image/webp', '524946460000000057454250'],
])('%s is taken by its first bytes', (mime, hex) => {
  expect(avatar(dataUrl(mime, hex))).toEqual({ mime, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) })
  expect(avatar(dataUrl(mime, `00${hex}`))).toBeUndefined()
})

test.each([
  'img/genericPerson.png',
  'http://example.com/track.png',
  'data:image/svg+xml;base64,PHN2Zy8+',
  'data:text/html;base64,PHNjcmlwdD4=',
  'data:image/png,rawdata',
  'data:image/png;base64,',
  'data:image/png;base64,iVBORw0KGgo=\n',
  'data:image/png;base64,iVBORw0KGgo= ',
  'data:image/png;base64,iVBORw0KG"onerror="x',
  'DATA:image/png;base64,iVBORw0KGgo=',
  'data:image/jpeg;base64,iVBORw0KGgo=',
  'data:image/png;base64,iVBOR',
])('%j is no avatar', (v) => {
  expect(avatar(v)).toBeUndefined()
})

test('a value that is no text, or of another resource, is no avatar', () => {
  expect(parseAvatar(itemOf('avatar', 's', ['data:image/png;base64,iVBORw0KGgo=']))).toBeUndefined()
  expect(parseAvatar(itemOf('avatar', 'm', 'data:image/png;base64,iVBORw0KGgo='))).toBeUndefined()
})

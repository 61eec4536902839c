import { expect, test } from 'vitest'
import { referenceOf } from './reference.ts'

const DOCUMENT = JSON.stringify({
  info: { version: '1.2.3' },
  paths: {
    '/api/v1/users/{n}/posts': {
      get: {
        operationId: 'userPosts',
        tags: ['Users'],
        summary: 'Posts of a user',
        parameters: [
          { name: 'n', in: 'path', required: true, description: 'A name', schema: { type: 'string', example: 'a_b' } },
          { name: 'kind', in: 'query', description: 'Which', schema: { type: 'string', enum: ['reply', 'post'] } },
          { name: 'limit', in: 'query', schema: { type: 'integer', default: 20, description: '1 to 100' } },
        ],
        responses: {
          200: {
            description: 'Posts',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: {
                    items: { type: 'array', items: { $ref: '#/components/schemas/Post' }, description: 'Posts' },
                  },
                  required: ['items'],
                },
              },
            },
          },
          204: { description: 'Nothing' },
        },
      },
    },
    '/api/v1/search': {
      get: {
        operationId: 'search',
        tags: ['Search'],
        summary: 'Search',
        parameters: [{ name: 'q', in: 'query', schema: { type: 'string', example: '#a b' } }],
        responses: {},
      },
    },
  },
  components: {
    schemas: {
      Post: {
        type: 'object',
        properties: {
          n: { type: 'string', description: 'Author' },
          counts: { type: 'object', properties: { replies: { type: 'integer', description: 'How many' } } },
          links: { type: 'array', items: { type: 'object', properties: { link: { type: 'string' } } } },
          inner: { allOf: [{ $ref: '#/components/schemas/Post' }, { description: 'What it retwists' }] },
          timeIso: { type: 'string', format: 'date-time' },
          refused: { type: 'object', additionalProperties: { type: 'integer' } },
          state: { type: 'string', enum: ['a', 'b'] },
        },
        required: ['n'],
      },
      Either: {
        oneOf: [{ $ref: '#/components/schemas/Post' }, { type: 'object', properties: { x: { type: 'number' } } }],
      },
    },
  },
})

const words = (type: readonly { before: string; text: string }[]) =>
  type.map(({ before, text }) => before + text).join('')

test('calls stand by their tag, with parameters, bounds, answers and an example', () => {
  const { version, groups } = referenceOf(DOCUMENT)
  expect(version).toBe('1.2.3')
  expect(groups.map(({ name, calls }) => [name, ...calls.map(({ id }) => id)])).toEqual([
    ['Users', 'userPosts'],
    ['Search', 'search'],
  ])
  const call = groups[0]?.calls[0]
  expect(call?.exampleAddress).toBe('/api/v1/users/a_b/posts')
  expect(groups[1]?.calls[0]?.exampleAddress).toBe('/api/v1/search?q=%23a+b')
  expect(
    call?.parameters.map(({ name, isInPath, isRequired, description }) => [name, isInPath, isRequired, description]),
  ).toEqual([
    ['n', true, true, 'A name'],
    ['kind', false, false, 'Which: reply, post'],
    ['limit', false, false, '1 to 100: 20 if absent'],
  ])
  expect(call?.answers.map(({ status, type, fields }) => [status, words(type), fields.length])).toEqual([
    ['200', 'object', 1],
    ['204', '', 0],
  ])
  expect(call?.answers[0]?.fields[0]).toMatchObject({
    name: 'items',
    isRequired: true,
    type: [{ before: 'list of ', text: 'Post', shape: 'Post' }],
  })
})

test('a shape shows the fields of the objects within it, and leads to other shapes', () => {
  const [post, either] = referenceOf(DOCUMENT).shapes
  expect(post?.fields.map(({ name, type, description }) => [name, words(type), description])).toEqual([
    ['n', 'string', 'Author'],
    ['counts', 'object', ''],
    ['counts.replies', 'integer', 'How many'],
    ['links', 'list of object', ''],
    ['links[].link', 'string', ''],
    ['inner', 'Post', 'What it retwists'],
    ['timeIso', 'string (date-time)', ''],
    ['refused', 'map of integer', ''],
    ['state', '"a" | "b"', ''],
  ])
  expect(words(either?.type ?? [])).toBe('Post or object')
  expect(either?.fields.map(({ name }) => name)).toEqual(['x'])
})

/** What of the OpenAPI document a reader is shown. */
export interface Reference {
  version: string
  groups: CallGroup[]
  /** What the calls answer with, by name. */
  shapes: ShapeReference[]
}

export interface CallGroup {
  name: string
  calls: CallReference[]
}

export interface CallReference {
  id: string
  path: string
  summary: string
  description?: string
  parameters: ParameterReference[]
  answers: AnswerReference[]
  /** The call with the examples of its parameters. */
  exampleAddress: string
}

export interface ParameterReference {
  name: string
  isInPath: boolean
  isRequired: boolean
  type: Words
  description: string
  example?: string
  /** The values that it takes, where they are few. */
  values: string[]
}

interface AnswerReference {
  /** An HTTP status, or "default". */
  status: string
  description: string
  mediaType?: string
  type: Words
  fields: FieldReference[]
}

interface ShapeReference {
  name: string
  description?: string
  type: Words
  fields: FieldReference[]
}

interface FieldReference {
  /** Dots between the names of objects within each other; [] after a list. */
  name: string
  isRequired: boolean
  type: Words
  description: string
}

/** A type in words, some of which lead to a shape. */
export type Words = readonly { before: string; text: string; shape?: string }[]

/** The part of OpenAPI 3.1 and JSON Schema that our document uses. */
interface Schema {
  $ref?: string
  type?: string
  format?: string
  description?: string
  enum?: readonly (string | number)[]
  const?: string | number
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: Schema | boolean
  allOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  anyOf?: readonly Schema[]
  minimum?: number
  maximum?: number
  default?: unknown
  example?: unknown
}

interface Parameter {
  name: string
  in: string
  required?: boolean
  description?: string
  schema: Schema
}

interface Call {
  operationId: string
  tags: readonly string[]
  summary: string
  description?: string
  parameters?: readonly Parameter[]
  responses: Readonly<Record<string, Answer>>
}

interface Answer {
  description: string
  content?: Readonly<Record<string, { schema: Schema }>>
}

interface Document {
  info: { version: string }
  paths: Readonly<Record<string, { get?: Call }>>
  components: { schemas: Readonly<Record<string, Schema>> }
}

/** `documentText`: our own OpenAPI document as it is served. */
export function referenceOf(documentText: string): Reference {
  const { info, paths, components }: Document = JSON.parse(documentText)
  const groups = new Map<string, CallReference[]>()
  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined) continue
    const name = get.tags[0] ?? ''
    groups.set(name, [...(groups.get(name) ?? []), callReference(path, get)])
  }
  return {
    version: info.version,
    groups: [...groups].map(([name, calls]) => ({ name, calls })),
    shapes: Object.entries(components.schemas).map(([name, schema]) => ({
      name,
      description: schema.description,
      type: typeWords(schema),
      fields: fieldsOf(schema, ''),
    })),
  }
}

function callReference(path: string, call: Call): CallReference {
  const parameters = (call.parameters ?? []).map(parameterReference)
  return {
    id: call.operationId,
    path,
    summary: call.summary,
    description: call.description,
    parameters,
    answers: Object.entries(call.responses).map(([status, { description, content }]) => {
      const [mediaType, { schema } = { schema: {} }] = Object.entries(content ?? {})[0] ?? []
      const isNamed = schema.$ref !== undefined
      return {
        status,
        description,
        mediaType,
        type: mediaType === undefined ? [] : typeWords(schema),
        fields: isNamed ? [] : fieldsOf(schema, ''),
      }
    }),
    exampleAddress: exampleAddress(path, parameters),
  }
}

function parameterReference({ name, in: place, required, description, schema }: Parameter): ParameterReference {
  const bounds = [
    ...(schema.default === undefined ? [] : [`${schema.default} if absent`]),
    ...(schema.enum === undefined ? [] : [schema.enum.join(', ')]),
  ]
  const said = description ?? schema.description ?? ''
  return {
    name,
    isInPath: place === 'path',
    isRequired: required === true || place === 'path',
    type: typeWords(schema),
    description: bounds.length === 0 ? said : `${said}: ${bounds.join('; ')}`,
    example: schema.example === undefined ? undefined : String(schema.example),
    values: (schema.enum ?? []).map(String),
  }
}

function exampleAddress(path: string, parameters: readonly ParameterReference[]): string {
  let address = path
  const query = new URLSearchParams()
  for (const { name, isInPath, isRequired, example = '' } of parameters) {
    if (isInPath) address = address.replace(`{${name}}`, encodeURIComponent(example))
    else if (isRequired || name === 'q') query.set(name, example)
  }
  return query.size === 0 ? address : `${address}?${query}`
}

const SHAPE_PREFIX = '#/components/schemas/'

function typeWords(schema: Schema): Words {
  if (schema.$ref !== undefined) {
    const shape = schema.$ref.slice(SHAPE_PREFIX.length)
    return [{ before: '', text: shape, shape }]
  }
  const choices = schema.oneOf ?? schema.anyOf
  if (choices !== undefined) return joined(choices.map(typeWords), ' or ')
  if (schema.allOf !== undefined) return joined(schema.allOf.map(typeWords).filter(isSaid), ' and ')
  if (schema.items !== undefined) return after('list of ', typeWords(schema.items))
  if (typeof schema.additionalProperties === 'object') {
    return after('map of ', typeWords(schema.additionalProperties))
  }
  if (schema.const !== undefined) return plain(JSON.stringify(schema.const))
  if (schema.enum !== undefined) return plain(schema.enum.map((value) => JSON.stringify(value)).join(' | '))
  if (schema.type === undefined) return []
  return plain(schema.format === undefined ? schema.type : `${schema.type} (${schema.format})`)
}

function isSaid(words: Words): boolean {
  return words.length > 0
}

function joined(all: readonly Words[], between: string): Words {
  return all.flatMap((words, at) => (at === 0 ? words : after(between, words)))
}

function after(before: string, [first, ...rest]: Words): Words {
  return first === undefined ? [] : [{ ...first, before: before + first.before }, ...rest]
}

function plain(text: string): Words {
  return [{ before: '', text }]
}

/** The fields of an object, and of the unnamed objects within it. */
function fieldsOf(schema: Schema, prefix: string): FieldReference[] {
  if (schema.$ref !== undefined) return []
  if (schema.items !== undefined) return fieldsOf(schema.items, `${prefix.replace(/\.$/, '')}[].`)
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    {
      name: prefix + name,
      isRequired: schema.required?.includes(name) === true,
      type: typeWords(field),
      description: descriptionOf(field),
    },
    ...fieldsOf(field, `${prefix}${name}.`),
  ])
  return [...own, ...parts.flatMap((part) => fieldsOf(part, prefix))]
}

/** What is said of a field stands beside the shape that it refers to. */
function descriptionOf({ description, allOf }: Schema): string {
  return description ?? allOf?.find((part) => part.description !== undefined)?.description ?? ''
}

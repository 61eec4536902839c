import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

type Json = Readonly<Record<string, unknown>>

export interface ApiParameter {
  name: string
  in: 'path' | 'query'
  required?: boolean
  schema: Json & { type?: string; enum?: string[]; minimum?: number; maximum?: number; example?: unknown }
}

interface ApiResponse {
  description: string
  content?: Readonly<Record<string, { schema: Json; example?: unknown }>>
}

export interface ApiCall {
  path: string
  operationId?: string
  summary?: string
  tags?: string[]
  parameters: ApiParameter[]
  responses: Readonly<Record<string, ApiResponse>>
}

interface Document extends Json {
  openapi: string
  paths: Readonly<Record<string, { get?: Omit<ApiCall, 'path'> }>>
  components: { schemas: Readonly<Record<string, Json>> }
}

/** What the API says of itself, made into something that judges its answers. */
export interface ApiDocument {
  json: Document
  /** Calls that answer with JSON. */
  calls: ApiCall[]
  /** Calls whose answers are written as they come: what these hold has tests of its own. */
  streams: ApiCall[]
  /** What is wrong with an answer to a call, fields that the document does not name among it. */
  faultsOf(call: ApiCall, status: number, contentType: string, body: unknown): string[]
}

/** The API itself, or a way to one that runs elsewhere. */
export interface Answering {
  fetch(request: Request): Response | Promise<Response>
}

const ANYTHING_ELSE = 'default'

export async function readDocument(api: Answering): Promise<ApiDocument> {
  const response = await api.fetch(new Request('http://site.example/api/v1/openapi.json'))
  const json = (await response.json()) as Document
  const all = Object.entries(json.paths).flatMap(([path, { get }]) =>
    get === undefined ? [] : [{ ...get, path, parameters: get.parameters ?? [] }],
  )
  const isJson = ({ responses }: ApiCall) => responses['200']?.content?.['application/json'] !== undefined
  // Strict: a keyword that JSON Schema does not know is a mistake, but for those of OpenAPI.
  const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false })
  ajv.addVocabulary(['example', 'components'])
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/)
  const schemas = Object.fromEntries(
    Object.entries(json.components.schemas).map(([name, schema]) => [name, closed(schema, false)]),
  )
  ajv.addSchema({ $id: 'document', components: { schemas } })
  const validators = new Map<Json, ValidateFunction>()
  const validatorOf = (schema: Json): ValidateFunction => {
    const validator = validators.get(schema) ?? ajv.compile(closed(schema, true) as object)
    validators.set(schema, validator)
    return validator
  }

  return {
    json,
    calls: all.filter(isJson),
    streams: all.filter((call) => !isJson(call)),
    faultsOf(call, status, contentType, body) {
      const declared = call.responses[String(status)] ?? call.responses[ANYTHING_ELSE]
      const type = contentType.split(';')[0] ?? ''
      const content = declared?.content?.[type]
      if (declared === undefined) return [`status ${status} is not declared`]
      if (content === undefined) return [`${type} is not declared for status ${status}`]
      const validate = validatorOf(content.schema)
      if (validate(body)) return []
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${status} ${instancePath} ${message} ${JSON.stringify(params)}`,
      )
    },
  }
}

/**
 * The same schema, which takes no field that it does not name. A part of an allOf stays open: it sees the fields of the
 * others. `isWhole`: what stands here is a whole value, and no such part.
 */
function closed(schema: unknown, isWhole: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one, true))
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.entries(schema).map(([key, value]) => [key, closedPart(key, value)])
  const result: Record<string, unknown> = Object.fromEntries(parts)
  const hasFields = '$ref' in schema || 'allOf' in schema || 'properties' in schema
  if (isWhole && hasFields && !('additionalProperties' in schema)) result['unevaluatedProperties'] = false
  return result
}

function closedPart(key: string, value: unknown): unknown {
  if (key === '$ref' && typeof value === 'string') return value.replace(/^#/, 'document#')
  if (key === 'allOf' && Array.isArray(value)) return value.map((one) => closed(one, false))
  if (key === 'properties' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, closed(field, true)]))
  }
  return ['items', 'oneOf', 'anyOf', 'additionalProperties'].includes(key) ? closed(value, true) : value
}

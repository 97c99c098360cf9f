import * as z from 'zod'
import type { Dialect, Route, RouteDocumentation } from './dialect'

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted; a job does it',
  400: 'The parts do not belong together, or the request cannot be read',
  401: 'No key, or one that is not known',
  403: 'The key lacks the scope, or the request comes from a foreign page',
  404: 'No such thing',
  409: 'Not in this state',
  413: 'Larger than the workstation takes',
  422: 'A field is missing or wrong; the text names it',
  503: 'Not ready, or overloaded; try again',
}

type Json = { readonly [key: string]: unknown }

/** A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const jsonContent = (schema: z.ZodType, io: 'input' | 'output'): Json => ({
  'application/json': { schema: toJsonSchema(schema, io) },
})

function describeParameters(route: Route, query: z.ZodObject<Record<string, z.ZodType>> | undefined): Json[] {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }))
  const shape: Readonly<Record<string, z.ZodType>> = query?.shape ?? {}
  const inQuery = Object.entries(shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: toJsonSchema(schema, 'input'),
  }))
  return [...inPath, ...inQuery]
}

/** A call that takes both a body and a form chooses by the content type. */
function describeBody({ body, form }: RouteDocumentation): Json {
  if (body === undefined && form === undefined) return {}
  const content = {
    ...(body === undefined ? {} : jsonContent(body, 'input')),
    ...(form === undefined ? {} : { 'multipart/form-data': { schema: describeForm(form) } }),
  }
  return { requestBody: { required: true, content } }
}

function describeForm(form: NonNullable<RouteDocumentation['form']>): Json {
  const fields = toJsonSchema(form.fields, 'input')
  const names = [...form.files, ...(form.optionalFiles ?? [])]
  const files = Object.fromEntries(names.map((name) => [name, { type: 'string', format: 'binary' }]))
  const required = [...((fields['required'] as readonly string[] | undefined) ?? []), ...form.files]
  const properties = { ...(fields['properties'] as Json), ...files }
  return { ...fields, properties, required, additionalProperties: true }
}

function describeReplies(route: Route, documented: RouteDocumentation, error: z.ZodType): Json {
  const takesInput = documented.body !== undefined || documented.form !== undefined
  const refusals = new Set([
    ...[401, 403],
    ...(route.path.includes(':') ? [404] : []),
    ...(takesInput ? [413, 422] : []),
    ...(documented.query === undefined ? [] : [422]),
    ...(documented.refusals ?? []),
  ])
  const successes = Object.entries(documented.replies).map(([status, schema]) => [
    status,
    {
      description: STATUS_TEXTS[Number(status)] ?? 'Done',
      ...(schema.type === 'undefined' ? {} : { content: jsonContent(schema, 'output') }),
    },
  ])
  const files = (documented.files ?? []).map((type) => [
    type,
    { schema: { type: 'string', format: 'binary' } },
  ])
  if (files.length > 0)
    successes.push([
      '200',
      { description: 'The file, as an attachment', content: Object.fromEntries(files) as Json },
    ])
  const failures = [...refusals]
    .sort((left, right) => left - right)
    .map((status) => [
      String(status),
      { description: STATUS_TEXTS[status] ?? 'Refused', content: jsonContent(error, 'output') },
    ])
  return Object.fromEntries([...successes, ...failures]) as Json
}

function describeRoute(route: Route, documented: RouteDocumentation, error: z.ZodType): Json {
  const [, , tag = ''] = route.path.split('/')
  const words = route.path.replaceAll(/[:/_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())
  return {
    summary: documented.summary,
    operationId: `${route.method}${words}`,
    tags: [tag],
    'x-scope': route.scope,
    parameters: describeParameters(route, documented.query),
    ...describeBody(documented),
    responses: describeReplies(route, documented, error),
  }
}

/** The OpenAPI 3.1 document of a dialect. */
export function createOpenApi(dialect: Dialect, version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of dialect.routes) {
    const documented = dialect.documentation[`${route.method.toUpperCase()} ${route.path}`]
    if (documented === undefined) continue
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, documented, dialect.errorSchema) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `Plumbline: ${dialect.title}`,
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
}

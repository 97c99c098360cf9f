import type { Request } from 'express'
import type * as z from 'zod'
import type { Problem } from '../errors'
import { WorkstationError } from '../errors'

/** Writes a zod path as callers see it: `inputs[3].amount`. */
function writePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}

/**
 * Reads a wire value by its schema.
 * @param where what to call the whole value in a message, e.g. `body`
 * @throws WorkstationError invalid, naming each field, what was wrong and what would be right.
 */
export function parseWire<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue): Problem => {
    const field = writePath(issue.path)
    return { field: field === '' ? where : field, message: issue.message }
  })
  throw new WorkstationError(
    'invalid',
    problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
    { problems },
  )
}

/** The JSON body of a request. @throws WorkstationError unsupported for another content type, invalid by the schema. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  const body: unknown = request.body
  const hasContent =
    request.headers['content-length'] !== '0' &&
    (request.headers['content-length'] ?? request.headers['transfer-encoding']) !== undefined
  if (body === undefined && hasContent) {
    throw new WorkstationError('unsupported', 'send the body as JSON, with Content-Type: application/json')
  }
  return parseWire(schema, body ?? {}, 'body')
}

/** The query parameters of a request. @throws WorkstationError invalid by the schema. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  return parseWire(schema, request.query, 'query')
}

import type { Request } from 'express'
import type * as z from 'zod'
import type { Problem } from '../../errors'
import { WorkstationError } from '../../errors'

/** How the dialect words a field that is not there. */
export const MISSING = 'Field required'

const walk = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  )

/**
 * Reads a part of a request by its schema.
 * @param where the part, which begins the path of every problem: `body` or `query`
 * @throws WorkstationError invalid with a problem for each field
 */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: 'body' | 'query',
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue): Problem => ({
    field: [where, ...issue.path.map(String)].join('.'),
    message: issue.path.length > 0 && walk(value, issue.path) === undefined ? MISSING : issue.message,
  }))
  const summary = problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new WorkstationError('invalid', summary, { problems })
}

/** The JSON body of a request. @throws WorkstationError invalid, also when it was sent as something else */
export function readBody<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  const body: unknown = request.body
  const type = request.headers['content-type']
  if (body === undefined && type !== undefined) {
    const message = `send the body as JSON, with Content-Type: application/json instead of ${type.split(';')[0] ?? ''}`
    throw new WorkstationError('invalid', message, { problems: [{ field: 'body', message }] })
  }
  return readInput(schema, body ?? {}, 'body')
}

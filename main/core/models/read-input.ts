import type * as z from 'zod'
import { WorkstationError } from '../../errors'

/** Completes what a caller wrote with what has a default. @throws WorkstationError invalid, naming the field */
export function readInput<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  throw new WorkstationError(
    'invalid',
    problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
    { problems },
  )
}

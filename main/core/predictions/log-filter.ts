import * as z from 'zod'

/** Which lines of a log are meant: all conditions together. */
export const logFilterSchema = z.object({
  /** Epoch milliseconds; strictly after, strictly before. */
  since: z.number().optional(),
  until: z.number().optional(),
  /** `ok` is below 400, `error` is the rest; a number is that very status code. */
  status: z.union([z.enum(['ok', 'error']), z.number().int().min(100).max(599)]).optional(),
  /** A class label, or a predicted value written as a number. */
  prediction: z.string().max(1000).optional(),
  /** Bounds of a predicted value, both included. */
  predictionMin: z.number().optional(),
  predictionMax: z.number().optional(),
  /** A column of the inputs: with the value it has, as text or as JSON writes it, or the bounds of a number. */
  feature: z.string().min(1).max(500).optional(),
  value: z.string().max(1000).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
})

export type LogFilter = z.output<typeof logFilterSchema>

/** Whether lines have to be looked at one by one: a range of time alone is found by its bounds. */
export function isSelective({ since: _since, until: _until, ...conditions }: LogFilter): boolean {
  return Object.values(conditions).some((condition) => condition !== undefined)
}

/** Whether the counts of whole minutes say how many lines are meant. */
export function isCountedByMinute({ status, ...rest }: LogFilter): boolean {
  return !isSelective(rest) && (status === undefined || typeof status === 'string')
}

/** How many lines of a minute can be meant at most, by its counts. */
export function countCandidates(
  { status }: LogFilter,
  { rows, errors }: { readonly rows: number; readonly errors: number },
): number {
  if (status === undefined) return rows
  const isError = status === 'error' || (typeof status === 'number' && status >= 400)
  return isError ? errors : rows - errors
}

/** The same filter as one text, whatever the order its conditions were given in. */
export function describeFilter(filter: LogFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  return JSON.stringify(given.sort(([left], [right]) => (left < right ? -1 : 1)))
}

/**
 * The closed list of ways a workstation verb can fail; each door maps every code to a status of its own.
 * `mismatch`: each part is fine by itself, but they do not belong together.
 */
export const ERROR_CODES = [
  'invalid',
  'not_found',
  'conflict',
  'mismatch',
  'not_ready',
  'overloaded',
  'unauthorized',
  'forbidden',
  'unsupported',
  'too_large',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** One thing that was wrong with the input: where it was, and what would be right. */
export type Problem = { readonly field: string; readonly message: string }

/**
 * The only error that core verbs throw on purpose. `message` is written for the person who made the call:
 * it names the field, what was wrong and what would be right. `problems` lists the faults one by one when there are several.
 */
export class WorkstationError extends Error {
  readonly code: ErrorCode
  readonly problems: readonly Problem[]
  /** What our own interface shows beside the message, as plain data; null for most. */
  readonly detail: object | null

  constructor(
    code: ErrorCode,
    message: string,
    options: { problems?: readonly Problem[]; detail?: object; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WorkstationError'
    this.code = code
    this.problems = options.problems ?? []
    this.detail = options.detail ?? null
  }
}

/** Makes the compiler prove that a switch over a union is exhaustive; throws if it was wrong at run time. */
export function assertNever(value: never): never {
  throw new WorkstationError('internal', `unexpected value ${JSON.stringify(value)}`)
}

/** The text of anything that was thrown, for logs and stored reasons. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

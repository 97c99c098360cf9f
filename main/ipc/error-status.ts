import type { ErrorCode } from '../errors'

/** The HTTP status of each code at our own interface's door: its verbs and its uploads. */
export const ERROR_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  mismatch: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  internal: 500,
  not_ready: 503,
  overloaded: 503,
}

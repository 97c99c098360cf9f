import { describeError, WorkstationError } from '../errors'

/** What was thrown, as an error to reject with: promises and abort signals may carry anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new WorkstationError('internal', describeError(thrown))
}

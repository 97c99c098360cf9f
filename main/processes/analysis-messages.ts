import type { ErrorCode } from '../errors'

/** What an analysis thread says about its one task. */
export type AnalysisReply =
  | { readonly type: 'progress'; readonly fraction: number }
  | { readonly type: 'done'; readonly output: unknown }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }

import type { Migration, SqlParameters } from './database'

/** One statement of a batch, run once per row of parameters. */
export type WriteStatement = { readonly sql: string; readonly rows: readonly SqlParameters[] }

export type WriterConfiguration = {
  readonly path: string
  readonly migrations: readonly Migration[]
  readonly isShrinkable?: boolean
}

export type WriterRequest =
  | { readonly type: 'write'; readonly id: number; readonly statements: readonly WriteStatement[] }
  | { readonly type: 'shrink'; readonly id: number; readonly pages: number }
  | { readonly type: 'close' }

export type WriterReply =
  | { readonly type: 'ready' }
  | { readonly type: 'failed_to_open'; readonly message: string }
  | { readonly type: 'written'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  | { readonly type: 'closed' }

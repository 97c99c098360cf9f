import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { WorkstationError } from '../errors'

export type SqlValue = string | number | bigint | Uint8Array | null
export type SqlParameters = readonly SqlValue[]

/** One numbered step of a schema. Steps are never edited once released; a change is a new step. */
export type Migration = { readonly id: number; readonly sql: string }

export type DatabaseOptions = {
  readonly migrations: readonly Migration[]
  /** FULL: survives a power cut at every commit. NORMAL: survives a killed process. */
  readonly synchronous: 'FULL' | 'NORMAL'
  readonly readonly?: boolean
  /** Whether room that deleted rows leave can be given back to the disk, by `shrink`. */
  readonly isShrinkable?: boolean
}

/** Up to this size an older file is rewritten at opening so that it can shrink; a larger one reuses its free room. */
const REWRITTEN_UP_TO_BYTES = 64 * 1024 ** 2

type Prepared = { readonly statement: BetterSqlite.Statement; readonly isNumbered: boolean }

/** Numbered parameters (`?1`) are named ones to the driver: it takes them as an object. */
function byNumber(parameters: SqlParameters): Record<string, SqlValue> {
  return Object.fromEntries(parameters.map((value, index) => [String(index + 1), value]))
}

/** A SQLite file in WAL mode with its schema applied and statements prepared once. Knows no noun of the product. */
export class Database {
  readonly path: string
  private readonly connection: BetterSqlite.Database
  private readonly statements = new Map<string, Prepared>()

  /**
   * Opens (and creates or upgrades) the file.
   * @throws WorkstationError not_ready when the file was written by a newer build or is not a sound database.
   */
  constructor(path: string, options: DatabaseOptions) {
    mkdirSync(dirname(path), { recursive: true })
    this.path = path
    this.connection = connect(path, options.readonly ?? false)
    try {
      this.prepareFile(options)
    } catch (error) {
      this.connection.close()
      throw describeOpening(path, error)
    }
  }

  private prepareFile(options: DatabaseOptions): void {
    this.connection.pragma('busy_timeout = 4000')
    if (options.readonly) return
    if (options.isShrinkable === true) this.makeShrinkable()
    this.connection.pragma('journal_mode = WAL')
    this.connection.pragma('foreign_keys = ON')
    this.connection.pragma(`synchronous = ${options.synchronous}`)
    this.migrate(options.migrations)
  }

  /** A new file is made so before its first page is written; an older one has to be written anew. */
  private makeShrinkable(): void {
    if (this.readNumber('auto_vacuum') === 2) return
    this.connection.pragma('auto_vacuum = INCREMENTAL')
    const bytes = this.readNumber('page_count') * this.readNumber('page_size')
    if (bytes > 0 && bytes <= REWRITTEN_UP_TO_BYTES) this.connection.exec('VACUUM')
  }

  private readNumber(pragma: string): number {
    return Number(this.connection.pragma(pragma, { simple: true }))
  }

  /** Gives up to this many free pages back to the disk, where the file is made for it. */
  shrink(pages: number): void {
    // Not by a prepared statement: that would stop after the first page.
    this.connection.exec(`PRAGMA incremental_vacuum(${Math.floor(pages)})`)
  }

  /** Pages that deleted rows left. */
  freePages(): number {
    return this.readNumber('freelist_count')
  }

  /** Bytes that hold something, free pages aside. */
  usedBytes(): number {
    return (this.readNumber('page_count') - this.freePages()) * this.readNumber('page_size')
  }

  private migrate(migrations: readonly Migration[]): void {
    const at = this.version()
    const newest = migrations.at(-1)?.id ?? 0
    if (at > newest) {
      throw new WorkstationError(
        'not_ready',
        `${this.path} was written by a newer version of Plumbline (schema ${at}, this build knows ${newest}); install the newer version`,
      )
    }
    for (const migration of migrations.filter((step) => step.id > at)) {
      this.transaction(() => {
        this.connection.exec(migration.sql)
        this.connection.pragma(`user_version = ${migration.id}`)
      })
    }
  }

  /** The number of the newest migration that was applied. */
  version(): number {
    return this.readNumber('user_version')
  }

  private prepare(sql: string): Prepared {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const prepared = { statement: this.connection.prepare(sql), isNumbered: /\?\d/.test(sql) }
    this.statements.set(sql, prepared)
    return prepared
  }

  /** The first row, or undefined. The caller names the row's type, as it wrote the SQL. */
  get<Row>(sql: string, parameters: SqlParameters = []): Row | undefined {
    const { statement, isNumbered } = this.prepare(sql)
    return statement.get(isNumbered ? byNumber(parameters) : parameters) as Row | undefined
  }

  /** All rows. */
  all<Row>(sql: string, parameters: SqlParameters = []): Row[] {
    const { statement, isNumbered } = this.prepare(sql)
    return statement.all(isNumbered ? byNumber(parameters) : parameters) as Row[]
  }

  /** Executes a statement; returns how many rows changed. */
  run(sql: string, parameters: SqlParameters = []): number {
    const { statement, isNumbered } = this.prepare(sql)
    return statement.run(isNumbered ? byNumber(parameters) : parameters).changes
  }

  /** Runs `work` in one immediate transaction: all of it is kept, or none. */
  transaction<T>(work: () => T): T {
    if (this.connection.inTransaction) return work()
    return this.connection.transaction(work).immediate()
  }

  /** Copies the database, as it is now, to another file while it stays in use. */
  async backup(path: string): Promise<void> {
    await this.connection.backup(path)
  }

  /** Checkpoints the write-ahead log and closes the file. */
  close(): void {
    this.statements.clear()
    this.connection.close()
  }
}

function connect(path: string, readonly: boolean): BetterSqlite.Database {
  try {
    return new BetterSqlite(path, { readonly })
  } catch (error) {
    throw describeOpening(path, error)
  }
}

/** What SQLite says about a file does not name it. */
function describeOpening(path: string, error: unknown): unknown {
  if (!(error instanceof BetterSqlite.SqliteError)) return error
  return new WorkstationError('not_ready', `${path} cannot be opened: ${error.message}`, { cause: error })
}

/** True when a statement failed because a UNIQUE constraint or index was violated. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof BetterSqlite.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT_UNIQUE')
}

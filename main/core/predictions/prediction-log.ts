import type { SqliteWriter } from '../../store/writer'
import type { WriteStatement } from '../../store/writer-messages'
import type { LogEntry } from './prediction'
import { insertEntries } from './prediction-rows'

/** Adds statements to the transaction that writes the entries, so that what is derived from them agrees with them. */
export type FlushCompanion = (entries: readonly LogEntry[]) => readonly WriteStatement[]

/** Transactions that may be under way: while the thread commits one, the next is on its way there. */
const MOST_WRITING = 2

type Waiting = { readonly resolve: () => void; readonly reject: (error: unknown) => void }

/**
 * Appends to the prediction log by group commit: while one transaction is being written, entries gather for the
 * next; a lone entry is written at once. An append resolves when its entries are committed.
 */
export class PredictionLog {
  private readonly writer: SqliteWriter
  private readonly companions: FlushCompanion[] = []
  private readonly followers: ((entries: readonly LogEntry[]) => void)[] = []
  private entries: LogEntry[] = []
  private waiting: Waiting[] = []
  private writing = 0
  private isScheduled = false

  constructor(writer: SqliteWriter) {
    this.writer = writer
  }

  /** Registers a contributor to every transaction that writes entries. */
  accompany(companion: FlushCompanion): void {
    this.companions.push(companion)
  }

  /** Registers who hears of entries once they are committed. */
  follow(follower: (entries: readonly LogEntry[]) => void): void {
    this.followers.push(follower)
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    for (const entry of entries) this.entries.push(entry)
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.schedule()
    })
  }

  private schedule(): void {
    if (this.isScheduled || this.writing >= MOST_WRITING) return
    this.isScheduled = true
    setImmediate(() => {
      this.isScheduled = false
      void this.flush()
    })
  }

  private async flush(): Promise<void> {
    const { entries, waiting } = this
    if (waiting.length === 0 || this.writing >= MOST_WRITING) return
    this.entries = []
    this.waiting = []
    this.writing++
    try {
      const derived = this.companions.flatMap((companion) => companion(entries))
      await this.writer.write([insertEntries(entries), ...derived])
      for (const caller of waiting) caller.resolve()
      for (const follower of this.followers) follower(entries)
    } catch (error) {
      for (const caller of waiting) caller.reject(error)
    } finally {
      this.writing--
      if (this.waiting.length > 0) this.schedule()
    }
  }
}

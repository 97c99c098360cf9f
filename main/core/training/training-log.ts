import type { Events } from '../events'
import type { LogLine } from './training'
import type { TrainingRows } from './training-rows'

const FLUSH_EVERY_MS = 200
/** Further lines are counted and not kept; the last lines of a failure are kept in any case. */
const MOST_LINES = 20_000

/** Takes the lines of one run, and writes them in batches. */
export class TrainingLog {
  private readonly id: string
  private readonly rows: TrainingRows
  private readonly events: Events
  private waiting: LogLine[] = []
  private lines = 0
  private timer: NodeJS.Timeout | undefined

  constructor(id: string, rows: TrainingRows, events: Events) {
    this.id = id
    this.rows = rows
    this.events = events
  }

  add(text: string, stream: LogLine['stream'] = 'plumbline'): void {
    this.lines += 1
    if (this.lines > MOST_LINES) return
    const said = this.lines === MOST_LINES ? `More than ${MOST_LINES} lines; the rest is not kept.` : text
    this.waiting.push({ line: this.lines, stream, text: said, at: Date.now() })
    this.timer ??= setTimeout(() => this.flush(), FLUSH_EVERY_MS)
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const lines = this.waiting
    if (lines.length === 0) return
    this.waiting = []
    try {
      this.rows.append(this.id, lines)
      this.events.emit({
        type: 'training.logged',
        trainingId: this.id,
        lines: Math.min(this.lines, MOST_LINES),
      })
    } catch (error) {
      this.events.report(error)
    }
  }
}

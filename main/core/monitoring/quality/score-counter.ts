import { MAX_SCORED_CLASSES } from '../../distributions/classification-sums'
import { SCORE_BINS, scoreBin } from '../../distributions/score-bins'
import type { DecodedAnswer } from '../../signatures/decoding'

export const HOUR_MS = 3600_000

export type ScoreWindow = { readonly windowStart: number; rows: number; readonly counts: Float64Array }

/** Counters of the answers of one hour: per class, rows by score bin that chose the class, then those that did not. */
export const createScoreCounts = (classes: readonly string[]): Float64Array =>
  new Float64Array(classes.length * 2 * SCORE_BINS)

/** Counts an answer, or takes it back with an amount of -1. @returns false when it has no probability for each class */
export function countAnswer(
  counts: Float64Array,
  classes: readonly string[],
  { prediction, probabilities, amount }: DecodedAnswer & { readonly amount: 1 | -1 },
): boolean {
  if (probabilities === null || !classes.every((label) => probabilities[label] !== undefined)) return false
  classes.forEach((label, index) => {
    const side = label === String(prediction) ? 0 : SCORE_BINS
    const at = index * 2 * SCORE_BINS + side + scoreBin(probabilities[label] ?? 0)
    counts[at] = (counts[at] ?? 0) + amount
  })
  return true
}

/** The running hour of one deployment's scores; hours that ended wait here until they are written. */
export class ScoreCounter {
  private readonly classes: readonly string[]
  private readonly load: (windowStart: number) => ScoreWindow | undefined
  private readonly windows = new Map<number, ScoreWindow>()
  private readonly changed = new Set<number>()

  constructor(classes: readonly string[], load: (windowStart: number) => ScoreWindow | undefined) {
    this.classes = classes.length <= MAX_SCORED_CLASSES ? classes : []
    this.load = load
  }

  /** Counts answers, or takes back those that could not be written to the log. */
  count(answers: readonly DecodedAnswer[], at: number, amount: 1 | -1): void {
    if (this.classes.length === 0) return
    const windowStart = Math.floor(at / HOUR_MS) * HOUR_MS
    const window = this.windowAt(windowStart)
    for (const answer of answers) {
      if (countAnswer(window.counts, this.classes, { ...answer, amount })) window.rows += amount
    }
    this.changed.add(windowStart)
  }

  private windowAt(windowStart: number): ScoreWindow {
    const known = this.windows.get(windowStart)
    if (known !== undefined) return known
    for (const start of this.windows.keys()) if (!this.changed.has(start)) this.windows.delete(start)
    const counts = createScoreCounts(this.classes)
    const stored = this.load(windowStart)
    const window = stored?.counts.length === counts.length ? stored : { windowStart, rows: 0, counts }
    this.windows.set(windowStart, window)
    return window
  }

  /** Windows that changed since the last call. */
  takeChanged(): ScoreWindow[] {
    const windows = [...this.changed].flatMap((start) => this.windows.get(start) ?? [])
    this.changed.clear()
    return windows
  }
}

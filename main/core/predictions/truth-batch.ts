import type { WriteStatement } from '../../store/writer-messages'
import { formatUuid } from '../identifiers'
import type { GroundTruth, TruthChange } from './ground-truth'
import type { GroundTruthRows, LoggedAnswer } from './ground-truth-rows'
import { truthStatements } from './ground-truth-rows'

type State = {
  readonly answer: LoggedAnswer & { readonly prediction: string | number }
  readonly before: GroundTruth | null
  current: GroundTruth | null
  readonly replaced: GroundTruth[]
}

/** Labels that are written together: the last one about a prediction stands, the others become its history. */
export class TruthBatch {
  private readonly rows: GroundTruthRows
  private readonly logKey: number
  private readonly states = new Map<string, State>()

  constructor(rows: GroundTruthRows, logKey: number) {
    this.rows = rows
    this.logKey = logKey
  }

  /** Says what was right about an answer. Saying the same again changes nothing, so that a repeated call is harmless. */
  assign(answer: State['answer'], label: Omit<GroundTruth, 'revision'>): void {
    const key = formatUuid(answer.id)
    let state = this.states.get(key)
    if (state === undefined) {
      const before = this.rows.truth(this.logKey, answer.id) ?? null
      state = { answer, before, current: before, replaced: [] }
      this.states.set(key, state)
    }
    const { current } = state
    if (current?.actual === label.actual && current.observedAt === label.observedAt) return
    if (current !== null) state.replaced.push(current)
    state.current = { ...label, revision: (current?.revision ?? 0) + 1 }
  }

  private changed(): (State & { readonly current: GroundTruth })[] {
    return [...this.states.values()].flatMap((state) =>
      state.current === null || state.current === state.before ? [] : [{ ...state, current: state.current }],
    )
  }

  /** What the changes mean for sums over labelled answers. */
  changes(): TruthChange[] {
    return this.changed().map(({ answer, before, current }) => ({
      predicted: answer.prediction,
      probabilities: answer.probabilities,
      createdAt: answer.createdAt,
      before: before?.actual ?? null,
      after: current.actual,
    }))
  }

  statements(): WriteStatement[] {
    const changed = this.changed()
    const put = changed.map(({ answer, current }) => ({ id: answer.id, truth: current }))
    const replaced = changed.flatMap((state) =>
      state.replaced.map((truth) => ({ id: state.answer.id, truth })),
    )
    return [truthStatements.put(this.logKey, put), truthStatements.keepReplaced(this.logKey, replaced)]
  }
}

import * as z from 'zod'
import type { LabelSpace, LabelledPair } from '../distributions/labelled-sums'
import { toLabel } from '../distributions/labelled-sums'
import type { JsonValue } from '../json'

/** Labels whose prediction has not arrived are kept this long, and so many of them per deployment. */
export const WAITING_DAYS = 30
export const MAX_WAITING = 100_000
/** Classes besides the model's own that labels may name before further ones are refused as a mistake. */
export const MAX_UNSEEN_CLASSES = 20
export const MAX_KEY_COLUMNS = 5
export const MAX_TEXT = 200

export type Actual = string | number | boolean

/** Which prediction a label is for: by its identifier, or by a column that was sent with it. */
export type FeedbackTarget =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'key'; readonly column: string; readonly value: Actual }

/** What turned out to be right about one prediction. */
export type FeedbackItem = {
  readonly target: FeedbackTarget
  readonly actual: Actual
  /** When the truth was observed, epoch milliseconds; null when the caller does not say. */
  readonly observedAt: number | null
}

/** What became of labels, by their position in the list that was sent. */
export type FeedbackOutcome = {
  matched: number
  readonly waiting: number[]
  readonly refused: { readonly index: number; readonly message: string }[]
  /** Accepted labels that the model does not know, and how often. */
  readonly unseen: Map<string, number>
}

export const createOutcome = (): FeedbackOutcome => ({
  matched: 0,
  waiting: [],
  refused: [],
  unseen: new Map(),
})

/** The truth of one prediction as it stands; revision 1 is the first that was received. */
export type GroundTruth = {
  readonly revision: number
  readonly actual: string | number
  readonly observedAt: number | null
  readonly receivedAt: number
}

/** A prediction whose truth changed, for whoever sums over such pairs. */
export type TruthChange = Omit<LabelledPair, 'actual'> & {
  readonly createdAt: number
  /** Null when nothing was known before. */
  readonly before: string | number | null
  readonly after: string | number
}

/** A prediction together with its truth. */
export type LabelledPrediction = LabelledPair & { readonly createdAt: number }

export const groundTruthSettingsSchema = z.object({
  /** Columns of the inputs by whose value a prediction can be named. */
  keyColumns: z
    .array(z.string().trim().min(1, 'a column has a name').max(MAX_TEXT, `at most ${MAX_TEXT} characters`))
    .max(MAX_KEY_COLUMNS, `at most ${MAX_KEY_COLUMNS} key columns`)
    .refine((names) => new Set(names).size === names.length, 'each column once'),
  /** The class that precision, recall and F1 are about; null for the second of two classes. */
  positiveClass: z.string().max(MAX_TEXT).nullable(),
})

export type GroundTruthSettings = z.output<typeof groundTruthSettingsSchema>

/** The value of a key as it is compared: as text, so that 17 and "17" are one key. Null for what cannot be a key. */
export function toKeyText(value: JsonValue | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null
  const text = String(value)
  return text === '' || text.length > MAX_TEXT ? null : text
}

type Checked =
  | { readonly actual: string | number; readonly isUnseen: boolean; readonly problem: null }
  | { readonly problem: string }

/**
 * Reads an actual value: a finite number for regression, a label for classification. A label that the model does not
 * know is taken as a class of its own, for new classes appear in the world before they do in models.
 */
export function readActual(actual: Actual, { task, classes }: LabelSpace): Checked {
  if (task === 'regression') {
    const number = typeof actual === 'string' && actual.trim() !== '' ? Number(actual) : actual
    if (typeof number === 'number' && Number.isFinite(number))
      return { actual: number, isUnseen: false, problem: null }
    return { problem: `actual is ${JSON.stringify(actual)}; expected a finite number` }
  }
  if (typeof actual === 'number' && !Number.isFinite(actual))
    return { problem: 'actual is not finite; expected a class label' }
  const label = toLabel(actual, classes)
  if (label === '') return { problem: 'actual is empty; expected a class label' }
  if (label.length > MAX_TEXT)
    return { problem: `actual has ${label.length} characters; a label has at most ${MAX_TEXT}` }
  return { actual: label, isUnseen: classes.length > 0 && !classes.includes(label), problem: null }
}

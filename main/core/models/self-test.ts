import { WorkstationError } from '../../errors'
import type { Tensors } from '../../inference/tensor'
import { buildProfile } from '../distributions/profile'
import type { QualityReference } from '../distributions/labelled-sums'
import type { DatasetProfile } from '../distributions/profile'
import type { FeatureValue } from '../distributions/value'
import type { DecodedAnswer } from '../signatures/decoding'
import { decodeAnswers } from '../signatures/decoding'
import { encodeRows } from '../signatures/encoding'
import type { SelfTest } from './model'
import { sumReference } from './quality-reference'
import type { Signature } from '../signatures/signature'

/** A graph that takes one row at a time is tried on fewer rows. */
const SINGLE_ROW_SAMPLE = 100
/** One row alone and the same row in a batch may differ by float32 rounding, not by more. */
const BATCH_TOLERANCE = 1e-4

type Rows = readonly (readonly FeatureValue[])[]

/** Names of the columns under which a model's own answers are profiled. */
export const PREDICTION_COLUMN = 'prediction'

/** The runs of a self-test: all rows at once, then the first one alone; or row by row where the graph takes no batch. */
export function planSelfTest(
  signature: Signature,
  sample: Rows,
): { readonly batches: Tensors[]; readonly rows: Rows } {
  if (signature.isSingleRow) {
    const rows = sample.slice(0, SINGLE_ROW_SAMPLE)
    return { batches: rows.map((row) => encodeRows(signature, [row])), rows }
  }
  return { batches: [encodeRows(signature, sample), encodeRows(signature, sample.slice(0, 1))], rows: sample }
}

/** Scores that are not numbers never become probabilities, so they are looked for in the tensor itself. */
function checkScores(signature: Signature, outputs: readonly Tensors[]): void {
  const { answer } = signature
  if (answer.kind === 'value' || answer.scores === null) return
  for (const output of outputs) {
    const scores = output[answer.scores]?.data
    if (!(scores instanceof Float32Array || scores instanceof Float64Array) || !scores.some(Number.isNaN))
      continue
    throw new WorkstationError(
      'invalid',
      `the model gave scores that are not numbers (NaN) in "${answer.scores}" for its own training data`,
    )
  }
}

function checkAnswers(answers: readonly DecodedAnswer[]): void {
  answers.forEach((answer, index) => {
    const isNumberMissing = typeof answer.prediction === 'number' && !Number.isFinite(answer.prediction)
    const areScoresMissing = Object.values(answer.probabilities ?? {}).some((score) => Number.isNaN(score))
    if (!isNumberMissing && !areScoresMissing) return
    throw new WorkstationError(
      'invalid',
      `the model answered ${String(answer.prediction)} for sampled row ${index + 1} of its own training data; a model that is served must answer with finite numbers`,
    )
  })
}

function checkBatching(inBatch: DecodedAnswer | undefined, alone: DecodedAnswer | undefined): void {
  if (inBatch === undefined || alone === undefined) return
  const isSame =
    typeof inBatch.prediction === 'number' && typeof alone.prediction === 'number'
      ? Object.is(inBatch.prediction, alone.prediction) ||
        Math.abs(inBatch.prediction - alone.prediction) <=
          BATCH_TOLERANCE * Math.max(1, Math.abs(alone.prediction))
      : inBatch.prediction === alone.prediction
  if (isSame) return
  throw new WorkstationError(
    'invalid',
    `the model answers ${String(alone.prediction)} for a row alone and ${String(inBatch.prediction)} for the same row in a batch; its rows are not independent`,
  )
}

/** A target of true and false is answered as 1 and 0 by most exporters. */
function isSameLabel(label: string, target: string | number | boolean): boolean {
  if (typeof target !== 'boolean') return label === String(target)
  return [String(target), String(Number(target))].includes(label.toLowerCase())
}

function scoreAnswers(
  answers: readonly DecodedAnswer[],
  targets: readonly FeatureValue[],
): Pick<SelfTest, 'accuracy' | 'rmse' | 'r2'> {
  const pairs = answers.flatMap(({ prediction }, index) => {
    const target = targets[index]
    return target === null || target === undefined ? [] : [{ prediction, target }]
  })
  if (pairs.length === 0) return { accuracy: null, rmse: null, r2: null }
  if (pairs.every((pair) => typeof pair.prediction === 'number')) {
    if (!pairs.every((pair) => typeof pair.target === 'number'))
      return { accuracy: null, rmse: null, r2: null }
    const mean = pairs.reduce((sum, pair) => sum + Number(pair.target), 0) / pairs.length
    const residual = pairs.reduce(
      (sum, pair) => sum + (Number(pair.target) - Number(pair.prediction)) ** 2,
      0,
    )
    const spread = pairs.reduce((sum, pair) => sum + (Number(pair.target) - mean) ** 2, 0)
    return {
      accuracy: null,
      rmse: Math.sqrt(residual / pairs.length),
      r2: spread === 0 ? null : 1 - residual / spread,
    }
  }
  const met = pairs.filter((pair) => isSameLabel(String(pair.prediction), pair.target)).length
  return { accuracy: met / pairs.length, rmse: null, r2: null }
}

/** Without a column to compare with, a table of the right width but with the wrong columns passes unnoticed. */
function describeMissingTarget({ features }: Signature): string {
  const names = features.map((feature) => feature.name)
  const shown =
    names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`
  return `The training data have no column left for the answer, so it is not known how well the model does on them. All of its columns are taken as features: ${shown}. Check that they are the ones the model was trained on.`
}

const MADE_UP_NOTE =
  'There were no training data, so the model was tried on made-up rows: it loads and answers, and that is all this says.'

/** Rows that the model answers with finite numbers, and so may be shown as examples. */
function findFinite(answers: readonly DecodedAnswer[]): number[] {
  return answers.flatMap(({ prediction }, index) =>
    typeof prediction === 'number' && !Number.isFinite(prediction) ? [] : [index],
  )
}

export type SelfTestResult = {
  readonly selfTest: SelfTest
  /** Of the model's answers; null when they were answers to made-up rows. */
  readonly predictions: DatasetProfile | null
  /** Rows with a finite answer. */
  readonly answered: readonly number[]
  /** Null for data without a target. */
  readonly quality: QualityReference | null
}

/**
 * Judges what the session answered for the planned batches.
 * @throws WorkstationError invalid when an answer is missing, not finite, or depends on its neighbours in a batch.
 */
export function judgeSelfTest(run: {
  readonly signature: Signature
  readonly outputs: readonly Tensors[]
  readonly rows: Rows
  readonly targets: readonly FeatureValue[]
  /** True for rows that nobody ever measured: what is answered to them says nothing about the model. */
  readonly isMadeUp: boolean
  readonly durationMs: number
}): SelfTestResult {
  const { signature, outputs, rows, isMadeUp } = run
  const answers = signature.isSingleRow
    ? outputs.flatMap((output) => decodeAnswers(signature, output, 1))
    : decodeAnswers(signature, outputs[0] ?? {}, rows.length)
  if (!isMadeUp) {
    checkScores(signature, outputs)
    checkAnswers(answers)
  }
  if (!signature.isSingleRow) checkBatching(answers[0], decodeAnswers(signature, outputs[1] ?? {}, 1)[0])
  const values = answers.map((answer) => answer.prediction)
  const type = signature.task === 'regression' ? 'number' : 'string'
  return {
    selfTest: {
      rows: rows.length,
      durationMs: run.durationMs,
      ...scoreAnswers(answers, run.targets),
      notes: isMadeUp ? [MADE_UP_NOTE] : run.targets.length === 0 ? [describeMissingTarget(signature)] : [],
    },
    predictions: isMadeUp ? null : buildProfile([{ name: PREDICTION_COLUMN, type, values }]),
    answered: findFinite(answers),
    quality: sumReference(signature, answers, run.targets),
  }
}

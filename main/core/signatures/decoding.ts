import { WorkstationError } from '../../errors'
import type { TensorData, Tensors } from '../../inference/tensor'
import type { Signature } from './signature'

/** What a model answers for one row. */
export type DecodedAnswer = {
  readonly prediction: string | number
  /** Probability per class label, when the model gives any. */
  readonly probabilities: { readonly [label: string]: number } | null
}

/** Sums of float32 probabilities stray this far from 1, and single ones this far out of [0, 1]. */
const PROBABILITY_SLACK = 1e-4

/** The names of the outputs to fetch. */
export function answerOutputs(signature: Signature): string[] {
  const { answer } = signature
  switch (answer.kind) {
    case 'label':
      return answer.scores === null ? [answer.label] : [answer.label, answer.scores]
    case 'scores':
      return [answer.scores]
    case 'value':
      return [answer.value]
  }
}

function takeOutput(outputs: Tensors, name: string, rows: number): TensorData {
  const tensor = outputs[name]
  if (tensor === undefined)
    throw new WorkstationError('internal', `the model did not give its output "${name}"`)
  if (rows === 0 || tensor.data.length === 0 || tensor.data.length % rows !== 0) {
    throw new WorkstationError(
      'invalid',
      `output "${name}" has ${tensor.data.length} values for ${rows} rows`,
    )
  }
  return tensor
}

const clampProbability = (value: number): number => Math.min(1, Math.max(0, value))

/** The class labels of the score columns; numbered from 0 where the graph names none. */
function labelsOf(signature: Signature, width: number): readonly string[] {
  return signature.classLabels.length === width
    ? signature.classLabels
    : Array.from({ length: width }, (_, index) => String(index))
}

/** One row of scores as probabilities per label, or null when the scores are no probabilities. */
function toProbabilities(
  scores: readonly number[],
  labels: readonly string[],
): Record<string, number> | null {
  const isProbability = scores.every((score) => score >= -PROBABILITY_SLACK && score <= 1 + PROBABILITY_SLACK)
  if (!isProbability) return null
  const [only] = scores
  if (scores.length === 1 && only !== undefined) {
    const [negative = '0', positive = '1'] = labels
    return { [negative]: clampProbability(1 - only), [positive]: clampProbability(only) }
  }
  const sum = scores.reduce((total, score) => total + score, 0)
  if (Math.abs(sum - 1) > PROBABILITY_SLACK * scores.length) return null
  return Object.fromEntries(
    scores.map((score, index) => [labels[index] ?? String(index), clampProbability(score)]),
  )
}

/** The column of the highest score; of a single score, 1 when it is more likely than not and 0 otherwise. */
function findBest(scores: readonly number[]): number {
  const [only] = scores
  if (scores.length === 1 && only !== undefined) return Number(only > 0.5)
  return scores.reduce(
    (top, score, index) => (score > (scores[top] ?? Number.NEGATIVE_INFINITY) ? index : top),
    0,
  )
}

function rowOf(tensor: TensorData, row: number, rows: number): number[] {
  const width = tensor.data.length / rows
  return Array.from({ length: width }, (_, column) => Number(tensor.data[row * width + column]))
}

/**
 * The answers behind a run's outputs, one per row.
 * Binary scores in one column are read as the probability of the second label.
 * @throws WorkstationError invalid when an output does not have a value per row.
 */
export function decodeAnswers(signature: Signature, outputs: Tensors, rows: number): DecodedAnswer[] {
  const { answer } = signature
  if (answer.kind === 'value') {
    const values = takeOutput(outputs, answer.value, rows)
    const width = values.data.length / rows
    return Array.from({ length: rows }, (_, row) => ({
      prediction: Number(values.data[row * width]),
      probabilities: null,
    }))
  }
  const scores = answer.scores === null ? null : takeOutput(outputs, answer.scores, rows)
  const labels = scores === null ? [] : labelsOf(signature, Math.max(2, scores.data.length / rows))
  if (answer.kind === 'label') {
    const found = takeOutput(outputs, answer.label, rows)
    if (found.data.length !== rows) {
      throw new WorkstationError(
        'unsupported',
        `output "${answer.label}" gives ${found.data.length / rows} labels per row; a classifier gives one`,
      )
    }
    const isDecision = answer.scoreKind === 'decision'
    return Array.from({ length: rows }, (_, row) => ({
      prediction: String(found.data[row]),
      probabilities: scores === null || isDecision ? null : toProbabilities(rowOf(scores, row, rows), labels),
    }))
  }
  return Array.from({ length: rows }, (_, row) => {
    const values = scores === null ? [] : rowOf(scores, row, rows)
    const best = findBest(values)
    return { prediction: labels[best] ?? String(best), probabilities: toProbabilities(values, labels) }
  })
}

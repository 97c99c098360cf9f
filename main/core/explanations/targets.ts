import { WorkstationError } from '../../errors'
import type { DecodedAnswer } from '../signatures/decoding'
import type { Signature } from '../signatures/signature'

/** The number that is explained of one answer. */
export type Target = { readonly classIndex: number; readonly label: string; readonly score: number }

/** The session's answer with its scores, one per class; null when the model says a value or labels alone. */
export type Answered = DecodedAnswer & { readonly scores: readonly number[] | null }

/** The classes that have a score, or all known labels when the model says labels alone; empty for values. */
export function listClasses(
  { answer, classLabels }: Signature,
  scores: readonly number[] | null,
): readonly string[] {
  if (answer.kind === 'value') return []
  if (scores === null) return classLabels
  return classLabels.length === scores.length ? classLabels : scores.map((_, index) => String(index))
}

/**
 * What to explain of an answer: the wanted class; otherwise the second of two, the predicted one of more.
 * @throws WorkstationError invalid when the wanted class is none of the model's; unsupported when the answer is no
 * number that anything adds up to
 */
export function findTarget(signature: Signature, answer: Answered, wanted?: string): Target {
  const { scores } = answer
  const predicted = String(answer.prediction)
  if (signature.answer.kind === 'value') {
    if (wanted !== undefined) throw refuseClass(wanted, [])
    return checkFinite({ classIndex: 0, label: '', score: Number(predicted) })
  }
  const labels = listClasses(signature, scores)
  if (wanted !== undefined && !labels.includes(wanted)) throw refuseClass(wanted, labels)
  if (scores === null) {
    const label = wanted ?? predicted
    return { classIndex: 0, label, score: Number(label === predicted) }
  }
  const classIndex =
    wanted !== undefined ? labels.indexOf(wanted) : labels.length === 2 ? 1 : labels.indexOf(predicted)
  const score = scores[classIndex]
  if (score === undefined)
    throw new WorkstationError('unsupported', `the class "${predicted}" has no score of its own to explain`)
  return checkFinite({ classIndex, label: labels[classIndex] ?? predicted, score })
}

function refuseClass(wanted: string, labels: readonly string[]): WorkstationError {
  const message =
    labels.length === 0
      ? 'this model answers a value, not a class'
      : `"${wanted}" is no class of this model; expected one of: ${labels.slice(0, 20).join(', ')}`
  return new WorkstationError('invalid', `contributions_class: ${message}`, {
    problems: [{ field: 'contributions_class', message }],
  })
}

function checkFinite(target: Target): Target {
  if (Number.isFinite(target.score)) return target
  throw new WorkstationError('unsupported', `the model answered ${target.score}, which nothing adds up to`)
}

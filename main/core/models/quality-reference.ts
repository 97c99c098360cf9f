import type { QualityReference } from '../distributions/labelled-sums'
import { countPair, createSums, packSums, toLabel } from '../distributions/labelled-sums'
import type { FeatureValue } from '../distributions/value'
import { isMissing, toCategory } from '../distributions/value'
import type { DecodedAnswer } from '../signatures/decoding'
import type { Signature } from '../signatures/signature'

/** The class labels of a model: as its graph names them, else as its answers and targets do. */
function findClasses(
  { classLabels }: Signature,
  answers: readonly DecodedAnswer[],
  targets: readonly FeatureValue[],
): readonly string[] {
  if (classLabels.length > 0) return classLabels
  const scored = answers.find(({ probabilities }) => probabilities !== null)?.probabilities
  if (scored !== undefined && scored !== null) return Object.keys(scored)
  const seen = new Set(answers.map(({ prediction }) => String(prediction)))
  for (const target of targets) if (!isMissing(target)) seen.add(toLabel(toCategory(target), [...seen]))
  return [...seen].sort()
}

/**
 * What a version's answers on a sample of its training data were worth: the line that realised quality is held
 * against, and the scores that estimates are calibrated on. Null without targets to compare with.
 */
export function sumReference(
  signature: Signature,
  answers: readonly DecodedAnswer[],
  targets: readonly FeatureValue[],
): QualityReference | null {
  const { task } = signature
  const classes = task === 'regression' ? [] : findClasses(signature, answers, targets)
  const space = { task, classes }
  const sums = createSums(space)
  answers.forEach(({ prediction, probabilities }, index) => {
    const target = targets[index]
    if (isMissing(target)) return
    const actual = task === 'regression' ? Number(target) : toLabel(target, classes)
    if (typeof actual === 'number' && !Number.isFinite(actual)) return
    countPair(sums, space, { predicted: prediction, probabilities, actual, amount: 1 })
  })
  return sums.labelled === 0 ? null : { classes, sums: packSums(sums) }
}

import type { FeatureDrift } from '../../../main/core/monitoring/drift/evaluate'
import type { DriftSnapshot } from '../../../main/core/monitoring/snapshot'
import { formatCount, formatPsi, formatQuantity } from '../../format'

const NAMED = 3

/** What the status of a deployment means, in plain words. */
export function explainStatus(snapshot: DriftSnapshot): string {
  const { overallStatus, features, predictions, meanPsi } = snapshot
  if (!snapshot.hasReference)
    return 'The model has no training data, so there is nothing to compare its predictions with.'
  switch (overallStatus) {
    case 'unknown':
      return 'This deployment has not answered any prediction that could be compared.'
    case 'not_scored':
      return 'None of the features can be scored: they are identifiers or free text.'
    case 'insufficient_data':
      return `${describeShortage(features)} Until then a difference could be chance, so there is no verdict.`
    case 'low':
      return `On average the inputs look like the training data (mean PSI ${formatPsi(meanPsi)}). ${describeExceptions(features)} ${describePredictions(predictions)}`
    case 'moderate':
    case 'high': {
      const word = overallStatus === 'high' ? 'clearly differ' : 'begin to differ'
      return `The inputs ${word} from the training data (mean PSI ${formatPsi(meanPsi)}). ${describeExceptions(features)} ${describePredictions(predictions)}`
    }
  }
}

/** Rows that a window needs before any of these features can be judged, in words. */
export function describeShortage(features: readonly FeatureDrift[]): string {
  const rows = features[0]?.current.rows ?? 0
  const needs = features.flatMap(({ requiredRows }) => (requiredRows === null ? [] : [requiredRows]))
  if (needs.length === 0)
    return 'The training data are too few for a verdict, however many predictions there are.'
  return `There are ${formatQuantity(rows, 'row')}; about ${formatCount(Math.min(...needs))} are needed for a first verdict.`
}

function describeExceptions(features: readonly FeatureDrift[]): string {
  const drifting = features
    .filter(({ status }) => status === 'high' || status === 'moderate')
    .toSorted((left, right) => right.psi - left.psi)
  if (drifting.length === 0) return 'No feature drifts.'
  const named = drifting.slice(0, NAMED).map(({ feature, status }) => `${feature} (${status})`)
  const rest = drifting.length - named.length
  const list = rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ')
  return `${drifting.length} of ${formatQuantity(features.length, 'feature')} drift${drifting.length === 1 ? 's' : ''}: ${list}.`
}

function describePredictions(predictions: readonly FeatureDrift[]): string {
  if (predictions.some(({ status }) => status === 'high')) return 'The answers have changed clearly, too.'
  if (predictions.some(({ status }) => status === 'moderate')) return 'The answers begin to change, too.'
  if (predictions.some(({ status }) => status === 'low')) return 'The answers have not changed.'
  return ''
}

import type { MetricName, Metrics } from '../../../main/core/monitoring/quality/metrics'
import { formatNumber, formatShare, NONE } from '../../format'

export type MetricChoice = {
  readonly name: MetricName
  readonly label: string
  readonly hint: string
}

const CLASSIFICATION: readonly MetricChoice[] = [
  { name: 'accuracy', label: 'Accuracy', hint: 'Share of answers that were right.' },
  {
    name: 'f1',
    label: 'F1',
    hint: 'Harmonic mean of precision and recall; the mean over classes when there are more than two.',
  },
  {
    name: 'auc',
    label: 'AUC',
    hint: 'Chance that a row of the class scores higher than one of another class.',
  },
  { name: 'precision', label: 'Precision', hint: 'Share of rows answered with the class that are of it.' },
  { name: 'recall', label: 'Recall', hint: 'Share of rows of the class that were answered with it.' },
  { name: 'logLoss', label: 'Log loss', hint: 'Mean of −ln p of what turned out right; lower is better.' },
  { name: 'brier', label: 'Brier', hint: 'Mean squared error of the probabilities; lower is better.' },
]

const REGRESSION: readonly MetricChoice[] = [
  { name: 'rmse', label: 'RMSE', hint: 'Root of the mean squared error, in units of the target.' },
  { name: 'mae', label: 'MAE', hint: 'Mean size of the error, in units of the target.' },
  { name: 'r2', label: 'R²', hint: 'Share of the variance that is explained; 0 is as good as the mean.' },
  {
    name: 'mape',
    label: 'MAPE',
    hint: 'Mean size of the error as a share of the actual value; rows whose actual value is 0 are left out.',
  },
  { name: 'bias', label: 'Bias', hint: 'Mean of prediction − actual: above 0 the model answers too high.' },
]

/** The metrics of a task, the first one first to be shown. */
export const listMetrics = (task: 'classification' | 'regression'): readonly MetricChoice[] =>
  task === 'regression' ? REGRESSION : CLASSIFICATION

const SHARES: readonly MetricName[] = ['accuracy', 'precision', 'recall', 'mape']

/** A metric as people read it: shares in percent, the others as numbers. */
export function formatMetric(name: MetricName, value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE
  if (SHARES.includes(name)) return formatShare(value)
  return ['f1', 'auc', 'r2', 'logLoss', 'brier'].includes(name) ? value.toFixed(3) : formatNumber(value)
}

/** The metric on the training data, as a note; undefined where it is not known. */
export function noteReference(name: MetricName, reference: Metrics | undefined): string | undefined {
  const expected = reference?.[name]
  if (expected === null || expected === undefined) return undefined
  return `${formatMetric(name, expected)} on training data`
}

type Call = { readonly url: string; readonly deploymentId: string; readonly actual: string | number }

/** Feedback from a terminal: one label by prediction id, and a file of them. */
export function writeFeedbackCurl({ url, deploymentId, actual }: Call): string {
  const deployment = `${url}/api/mlops/deployments/${deploymentId}`
  const path = `${deployment}/feedback`
  return [
    '# one label, or a list of them',
    `curl -X POST '${path}' \\`,
    `  -H 'Authorization: Bearer YOUR_API_KEY' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"prediction_id": "ID_OF_THE_ANSWER", "actual": ${JSON.stringify(actual)}}'`,
    '',
    '# a CSV file with the columns prediction_id and actual',
    `curl -X POST '${path}' \\`,
    `  -H 'Authorization: Bearer YOUR_API_KEY' \\`,
    `  -F 'file=@labels.csv'`,
    '',
    '# a column of yours that names predictions: {"key": {"column": "transaction", "value": "t-17"}, "actual": …}',
    `curl -X PATCH '${deployment}' \\`,
    `  -H 'Authorization: Bearer YOUR_API_KEY' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"key_columns": ["transaction"]}'`,
  ].join('\n')
}

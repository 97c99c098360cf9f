import type { Deployment } from '../deployments/deployment'
import type { Models } from '../models/models'
import type { Monitoring } from '../monitoring/monitoring'
import type { DriftSnapshot } from '../monitoring/snapshot'
import type { Predictions } from '../predictions/predictions'
import type { AlertRule } from './alert-rule'
import { holds } from './alert-rule'
import type { Measurement } from './progress'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Realised accuracy from ground truth, as shares of 0 to 1; null while there is too little of it. */
export type Metrics = {
  readonly accuracy: (deploymentId: string) => { readonly current: number; readonly baseline: number } | null
}

export type Sources = {
  readonly predictions: Predictions
  readonly monitoring: Monitoring
  readonly models: Models
  readonly metrics: Metrics
}

type Rule = Pick<
  AlertRule,
  'metric' | 'feature' | 'condition' | 'threshold' | 'windowMinutes' | 'minimumRequests'
>

const none = (detail: string): Measurement => ({ value: null, detail })

/**
 * A rule's number for a deployment, now:
 * - `drift_psi`: PSI of the worst feature, or of the named one, over the days that drift compares;
 * - `prediction_anomaly`: PSI of the model's own answers against its answers on the training data;
 * - `error_rate`: failed entries of the log in percent; `latency_p99`: milliseconds; both over the rule's window;
 * - `model_staleness`: whole days since the served version was registered;
 * - `accuracy_degradation`: baseline accuracy minus realised accuracy, as a share.
 */
export function measure(
  rule: Rule,
  deployment: Deployment,
  context: Sources & { readonly now: number },
): Measurement {
  switch (rule.metric) {
    case 'drift_psi':
      return measureDrift(rule, context.monitoring.drift(deployment.id), 'feature')
    case 'prediction_anomaly':
      return measureDrift(rule, context.monitoring.drift(deployment.id), 'answers')
    case 'error_rate':
    case 'latency_p99':
      return measureTraffic(rule, deployment, context)
    case 'model_staleness': {
      const { createdAt } = context.models.version(deployment.modelVersionId)
      return { value: Math.max(0, Math.floor((context.now - createdAt) / DAY_MS)), detail: '' }
    }
    case 'accuracy_degradation': {
      const accuracy = context.metrics.accuracy(deployment.id)
      if (accuracy === null) return none('there is not enough ground truth yet')
      return { value: accuracy.baseline - accuracy.current, detail: '' }
    }
  }
}

function measureTraffic(
  rule: Rule,
  deployment: Deployment,
  { predictions, now }: { readonly predictions: Predictions; readonly now: number },
): Measurement {
  const { rows, errors, p99 } = predictions.measure(deployment.id, now - rule.windowMinutes * MINUTE_MS)
  const counted = rule.metric === 'error_rate' ? rows : rows - errors
  if (counted < rule.minimumRequests) {
    return none(`${counted} predictions in ${rule.windowMinutes} minutes, ${rule.minimumRequests} are needed`)
  }
  const detail = `of ${counted} predictions`
  return { value: rule.metric === 'error_rate' ? (100 * errors) / rows : p99, detail }
}

/**
 * The largest PSI that means something: a feature without enough data is left out, and so is one whose PSI meets the
 * condition although chance alone could produce it in so few records.
 */
function measureDrift(rule: Rule, drift: DriftSnapshot, about: 'feature' | 'answers'): Measurement {
  if (!drift.hasReference) return none('the model has no training data to compare with')
  const compared = about === 'feature' ? drift.features : drift.predictions
  const isAboveRule = rule.condition === 'gt' || rule.condition === 'gte'
  const solid = compared.filter(({ psi, critical, status }) => {
    if (status === 'insufficient_data' || status === 'not_scored') return false
    return !(isAboveRule && psi < critical && holds(rule.condition, psi, rule.threshold))
  })
  const named = rule.feature === null ? solid : solid.filter(({ feature }) => feature === rule.feature)
  const [worst] = named.toSorted((left, right) => right.psi - left.psi)
  if (worst === undefined) return none('there is not enough data yet')
  return { value: worst.psi, detail: about === 'feature' ? worst.feature : '' }
}

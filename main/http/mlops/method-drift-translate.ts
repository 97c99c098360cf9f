import type * as z from 'zod'
import type { MethodResult, MethodRun, MethodState } from '../../core/monitoring/method-drift'
import { DRIFT_METHODS } from '../../core/monitoring/method-drift'
import type * as wire from './method-drift-wire'
import { toTime } from './to-time'

type Wire<Schema extends z.ZodType> = z.input<Schema>
type MethodName = MethodState['method']

const NUMBERS = { mean_shift: 0, mmd: 1, kolmogorov_smirnov: 2 } as const satisfies Record<MethodName, number>

/** Null leaves it to the model. */
export function fromSetting({
  is_true,
  method,
}: z.output<typeof wire.settingBody>): { isOn: boolean; method: MethodName } | null {
  if (is_true === null) return null
  return { isOn: Boolean(is_true), method: typeof method === 'number' ? DRIFT_METHODS[method] : method }
}

function describe(run: MethodRun, least: number): string {
  switch (run.outcome) {
    case 'no_training_data':
      return 'the served version has no training data to compare with'
    case 'few_operations':
      return `${run.operations} operations since the last change of version, ${least} are needed`
    case 'compared':
      return `${run.drifted} of ${run.features} features drift`
  }
}

const toRun = (run: MethodRun, least: number): Wire<typeof wire.stateReply>['last_run'] => ({
  run_id: run.id,
  status: run.outcome,
  detail: describe(run, least),
  method: NUMBERS[run.method],
  model_version_id: run.modelVersionId,
  operations: run.operations,
  reference_rows: run.referenceRows,
  features_compared: run.features,
  features_drifted: run.drifted,
  not_compared: run.leftOut.map(({ feature, reason }) => ({ feature, reason })),
  timestamp: toTime(run.at),
})

export const toState = (state: MethodState): Wire<typeof wire.stateReply> => ({
  deployment_id: state.deploymentId,
  is_true: state.isOn ? 1 : 0,
  method: NUMBERS[state.method],
  method_name: state.method,
  source: state.source,
  interval_hours: 24,
  minimum_operations: state.leastOperations,
  next_run_at: state.nextRunAt === null ? null : toTime(state.nextRunAt),
  last_run: state.lastRun && toRun(state.lastRun, state.leastOperations),
})

export const toResult = (result: MethodResult): Wire<typeof wire.result> => ({
  rowid: result.id,
  feature: result.feature,
  type: result.kind,
  statistic: result.statistic,
  p_value: result.pValue,
  method: result.method,
  drift_detected: result.isDrift,
  timestamp: toTime(result.at),
  modelid: result.modelId,
  run_id: result.runId,
})

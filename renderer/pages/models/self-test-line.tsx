import type { SelfTest } from '../../../main/core/models/model'
import { formatDuration, formatNumber, formatQuantity, formatShare } from '../../format'

/** What the self-test saw, as one sentence. */
export function SelfTestLine({ selfTest }: { readonly selfTest: SelfTest }) {
  const ran = `Answered ${formatQuantity(selfTest.rows, 'training row')} in ${formatDuration(selfTest.durationMs)}`
  return <span className="pl-number">{[ran, ...describeMetrics(selfTest)].join('; ')}.</span>
}

function describeMetrics({ accuracy, rmse, r2 }: SelfTest): string[] {
  return [
    ...(accuracy === null ? [] : [`${formatShare(accuracy)} of the labels met`]),
    ...(rmse === null ? [] : [`root mean squared error ${formatNumber(rmse)}`]),
    ...(r2 === null ? [] : [`R² ${r2.toFixed(3)}`]),
  ]
}

import type { SelfTest } from '../../../main/core/models/model'
import { formatDuration, formatNumber, formatQuantity, formatShare } from '../../format'

type SelfTestLineProps = {
  readonly selfTest: SelfTest
  /** Whether the rows were made up for want of training data. */
  readonly isMadeUp: boolean
}

/** What the self-test saw, as one sentence. */
export function SelfTestLine({ selfTest, isMadeUp }: SelfTestLineProps) {
  const ran = `Answered ${formatQuantity(selfTest.rows, isMadeUp ? 'made-up row' : 'training row')} in ${formatDuration(selfTest.durationMs)}`
  return <span className="pl-number">{[ran, ...describeMetrics(selfTest)].join('; ')}.</span>
}

function describeMetrics({ accuracy, rmse, r2 }: SelfTest): string[] {
  return [
    ...(accuracy === null ? [] : [`${formatShare(accuracy)} of the labels met`]),
    ...(rmse === null ? [] : [`root mean squared error ${formatNumber(rmse)}`]),
    ...(r2 === null ? [] : [`R² ${r2.toFixed(3)}`]),
  ]
}

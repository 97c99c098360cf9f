import type { MethodResult, MethodRun } from '../../../main/core/monitoring/method-drift'
import { formatQuantity } from '../../format'

/** What the tests are called. */
export const METHOD_NAMES: Readonly<Record<MethodResult['method'], string>> = {
  mean_shift: 'Mean shift (Welch)',
  mmd: 'Discrepancy (MMD)',
  kolmogorov_smirnov: 'Kolmogorov–Smirnov',
  chi_squared: 'χ²',
}

/** What a run came to, in a sentence. */
export function describeRun(run: MethodRun, leastOperations: number): string {
  switch (run.outcome) {
    case 'few_operations':
      return `There ${run.operations === 1 ? 'is' : 'are'} ${formatQuantity(run.operations, 'kept operation')} since the last change of version; ${leastOperations} are needed.`
    case 'no_training_data':
      return 'The served version was registered without training data. Add them to it to compare with.'
    case 'compared':
      return run.drifted === 0
        ? `None of ${formatQuantity(run.features, 'feature')} drifts: every p is 0.05 or more.`
        : `${run.drifted} of ${formatQuantity(run.features, 'feature')} drift${run.drifted === 1 ? 's' : ''}: p is below 0.05.`
  }
}

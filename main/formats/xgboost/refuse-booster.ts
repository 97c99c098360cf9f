import { WorkstationError } from '../../errors'

/** Refuses the whole import of a booster that is not inside an estimator. */
export function refuseBooster(reason: string): never {
  throw new WorkstationError('unsupported', `the XGBoost model cannot be converted: ${reason}`)
}

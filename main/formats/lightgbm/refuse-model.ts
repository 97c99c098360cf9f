import { WorkstationError } from '../../errors'

/** Refuses the whole import of a model that is not inside an estimator. */
export function refuseModel(reason: string): never {
  throw new WorkstationError('unsupported', `the LightGBM model cannot be converted: ${reason}`)
}

import { WorkstationError } from '../../errors'
import type { Deployment } from './deployment'

/** @throws WorkstationError conflict when the deployment cannot become the production deployment */
export function checkPromotable(deployment: Deployment): void {
  if (deployment.stage === 'archived') {
    throw new WorkstationError('conflict', 'the deployment is archived; roll back to it instead')
  }
  if (deployment.stage === 'production')
    throw new WorkstationError('conflict', 'the deployment was promoted meanwhile')
  if (deployment.isShadow) {
    throw new WorkstationError('conflict', 'the deployment is a shadow; set is_shadow to false first')
  }
  if (deployment.status === 'active') return
  throw new WorkstationError(
    'conflict',
    `the deployment is ${deployment.status} and cannot answer: ${deployment.failure ?? ''}`,
  )
}

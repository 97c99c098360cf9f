import type { Deployment, DeploymentEdit } from './deployment'

/** An edit in words, for the history. */
export function describeEdit(before: Deployment, after: Required<DeploymentEdit>): string {
  const changes = [
    before.name === after.name ? '' : `name ${before.name} → ${after.name}`,
    before.trafficPercent === after.trafficPercent
      ? ''
      : `traffic ${before.trafficPercent} % → ${after.trafficPercent} %`,
    before.isShadow === after.isShadow ? '' : after.isShadow ? 'made a shadow' : 'no longer a shadow',
  ]
  return changes.filter((change) => change !== '').join(', ')
}

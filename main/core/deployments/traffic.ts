import { createHash, randomInt } from 'node:crypto'
import type { Deployment } from './deployment'

/** Any weight of a share; random numbers and hashes are spread over it. */
const RESOLUTION = 2 ** 32

/** A number in [0, 1) that is the same for the same key in every process. */
function spreadKey(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / RESOLUTION
}

/**
 * The deployment that answers a request of a project: each is chosen in proportion to its traffic percent, the same
 * one for the same key as long as the deployments and their weights stay. Shadows are never chosen.
 * @param key what keeps a caller on one deployment, e.g. a customer number; chance decides without it
 * @returns undefined when none of them answers
 */
export function chooseDeployment(candidates: readonly Deployment[], key?: string): Deployment | undefined {
  const sharing = candidates.filter((deployment) => !deployment.isShadow)
  const total = sharing.reduce((sum, deployment) => sum + deployment.trafficPercent, 0)
  const position = (key === undefined ? randomInt(2 ** 47) / 2 ** 47 : spreadKey(key)) * total
  let passed = 0
  for (const deployment of sharing) {
    passed += deployment.trafficPercent
    if (position < passed) return deployment
  }
  return sharing.at(-1)
}

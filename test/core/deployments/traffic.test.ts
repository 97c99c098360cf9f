import { describe, expect, it } from 'vitest'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { NO_PRIVACY } from '../../../main/core/deployments/deployment'
import { chooseDeployment } from '../../../main/core/deployments/traffic'

function weigh(id: string, trafficPercent: number, isShadow = false): Deployment {
  return {
    id,
    trafficPercent,
    isShadow,
    logKey: 1,
    projectId: 'p',
    modelId: 'm',
    modelName: 'm',
    modelVersionId: 'v',
    modelVersion: 1,
    name: id,
    stage: 'staging',
    status: 'active',
    failure: null,
    privacy: NO_PRIVACY,
    createdAt: 0,
    updatedAt: 0,
  }
}

function shareOf(
  id: string,
  candidates: readonly Deployment[],
  keyOf: (n: number) => string | undefined,
): number {
  const chosen = Array.from({ length: 20_000 }, (_, n) => chooseDeployment(candidates, keyOf(n))?.id)
  return chosen.filter((each) => each === id).length / chosen.length
}

describe('the traffic split', () => {
  const split = [weigh('stable', 90), weigh('canary', 10)]

  it('routes ten percent to the canary, by chance and by key alike', () => {
    // Five standard errors of a share of 0.1 in 20,000 draws are 0.011.
    expect(Math.abs(shareOf('canary', split, () => undefined) - 0.1)).toBeLessThan(0.011)
    expect(Math.abs(shareOf('canary', split, (n) => `customer ${n}`) - 0.1)).toBeLessThan(0.011)
  })

  it('keeps a key on its deployment', () => {
    const first = chooseDeployment(split, 'customer 7')
    for (let n = 0; n < 50; n++) expect(chooseDeployment(split, 'customer 7')).toBe(first)
  })

  it('reads the percents as weights, whatever they add up to', () => {
    const even = [weigh('a', 100), weigh('b', 100)]
    expect(Math.abs(shareOf('a', even, (n) => String(n)) - 0.5)).toBeLessThan(0.018)
  })

  it('never chooses a shadow', () => {
    expect(shareOf('shadow', [weigh('a', 1), weigh('shadow', 100, true)], () => undefined)).toBe(0)
    expect(chooseDeployment([weigh('shadow', 100, true)])).toBeUndefined()
    expect(chooseDeployment([])).toBeUndefined()
  })
})

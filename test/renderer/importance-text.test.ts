import { describe, expect, it } from 'vitest'
import type { Importance } from '../../main/core/importance/importance'
import { chooseTicks } from '../../renderer/components/charts/scatter'
import {
  describeDirection,
  describeImportance,
  findClass,
  rankFeatures,
} from '../../renderer/pages/deployments/importance-text'

const of = (label: string | null, sizes: readonly [number, number]) => ({
  label,
  bias: 0,
  features: ['age', 'city'].map((feature, index) => ({
    feature,
    meanAbsolute: sizes[index]!,
    share: sizes[index]! / (sizes[0] + sizes[1]),
    direction: index === 0 ? 0.9 : null,
  })),
})
const importance: Importance = {
  id: '1',
  deploymentId: 'd',
  modelVersionId: 'v',
  createdAt: 0,
  source: 'log',
  rows: 1200,
  skipped: 3,
  method: 'path-dependent-tree',
  space: 'log-odds',
  backgroundRows: 0,
  maxResidual: 0,
  classes: [of('no', [1, 2]), of('maybe', [5, 1]), of('yes', [2, 3])],
  features: [
    { feature: 'age', type: 'number', meanAbsolute: 2.7, share: 0.57 },
    { feature: 'city', type: 'string', meanAbsolute: 2, share: 0.43 },
  ],
}

describe('the importance of features', () => {
  it('is ranked for the chosen class, or over all', () => {
    expect(rankFeatures(importance, 'no').map(({ key }) => key)).toEqual(['city', 'age'])
    expect(rankFeatures(importance, null).map(({ key, value }) => [key, value])).toEqual([
      ['age', 2.7],
      ['city', 2],
    ])
  })

  it('shows the class that a feature moves most while none is chosen', () => {
    expect(findClass(importance, 'age', null)).toBe(1)
    expect(findClass(importance, 'city', null)).toBe(2)
    expect(findClass(importance, 'age', 'no')).toBe(0)
  })

  it('says which way higher values work, and nothing for text', () => {
    expect([0.9, -0.9, 0.1, null].map(describeDirection)).toEqual([
      '↑ higher raises',
      '↓ higher lowers',
      '↕ mixed',
      '',
    ])
  })

  it('names its rows, what was left out, its units and its method', () => {
    expect(describeImportance(importance)).toBe(
      'Mean size of the contributions over 1,200 predictions of the log (3 without a readable record left out), in log-odds. From the trees of the model and the training rows that each branch saw.',
    )
  })
})

describe('the ticks of an axis', () => {
  it('are round numbers inside the range', () => {
    expect(chooseTicks(-1.2, 8.9)).toEqual([0, 5])
    expect(chooseTicks(0, 0.4)).toEqual([0, 0.1, 0.2, 0.3, 0.4])
    expect(chooseTicks(3, 3)).toEqual([3])
  })
})

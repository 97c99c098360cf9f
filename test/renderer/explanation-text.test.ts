import { describe, expect, it } from 'vitest'
import type { Explanation } from '../../main/core/explanations/explanation'
import { describeMethod, describeSpace, toSteps } from '../../renderer/pages/deployments/explanation-text'

const explanation: Explanation = {
  space: 'log-odds',
  method: 'interventional-tree',
  explainedClass: '1',
  bias: -Math.log(3),
  contributions: [1, -2],
  margin: 0,
  prediction: '0',
  backgroundRows: 100,
  residual: 6.3e-8,
  standardErrors: null,
}
const NAMES = Array.from({ length: 14 }, (_, index) => `f${index}`)

describe('the steps of a waterfall', () => {
  it('go from the largest effect to the smallest, whatever its sign', () => {
    expect(toSteps(explanation, ['a', 'b']).map(({ label }) => label)).toEqual(['b', 'a'])
  })

  it('are ten features and one for all others, and still add up', () => {
    const contributions = NAMES.map((_, index) => (index % 2 === 0 ? index : -index))
    const steps = toSteps({ contributions, standardErrors: null }, NAMES)
    expect(steps).toHaveLength(11)
    expect(steps[0]).toMatchObject({ label: 'f13', change: -13 })
    expect(steps[10]).toMatchObject({ label: '4 others', change: 0 - 1 + 2 - 3 })
    expect(steps.reduce((sum, { change }) => sum + change, 0)).toBe(contributions.reduce((a, b) => a + b, 0))
  })

  it('show eleven features rather than hide one', () => {
    expect(toSteps({ contributions: [], standardErrors: null }, NAMES.slice(0, 11))).toHaveLength(11)
  })
})

describe('the words beside it', () => {
  it('translate log-odds into chances', () => {
    const text = describeSpace(explanation, 2, null)
    expect(text).toMatch(/log-odds of “1”.*a chance of 25%, this answer for 50%/)
  })

  it('promise no chance for one of several classes', () => {
    expect(describeSpace(explanation, 3, null)).toMatch(/score of “1” before it becomes a probability/)
  })

  it('name the units of a value and the difference to the answer', () => {
    const value = { ...explanation, space: 'value', explainedClass: null, bias: 150, margin: 200 } as const
    expect(describeSpace(value, 0, 'progression')).toMatch(/units of progression: from 150 on average to 200/)
    expect(describeMethod(explanation)).toMatch(
      /100 rows of the training data\. Difference to the answer: 6\.3e-8/,
    )
    expect(describeMethod({ ...explanation, method: 'permutation' })).toMatch(/one standard error/)
  })
})

import { describe, expect, it } from 'vitest'
import { evaluateDrift } from '../../../main/core/monitoring/drift/evaluate'
import type { FeatureValue, ReferenceColumn } from '../../../main/core/distributions/profile'
import { buildProfile } from '../../../main/core/distributions/profile'
import { createLayout } from '../../../main/core/distributions/window'
import { expectFinite, monitor, sample } from './monitor'
import { createNormal, createUniform } from './random'

const normal = createNormal(createUniform(44))

describe('degenerate data', () => {
  const increasing = sample(200, (i) => i + 0.5)
  const nothing = sample(200, () => null)
  const cases: [string, ReferenceColumn['type'], readonly FeatureValue[], readonly FeatureValue[]][] = [
    ['a constant number', 'number', sample(200, () => 3.5), sample(200, () => 3.5)],
    ['a constant integer', 'integer', sample(200, () => 7), sample(200, () => 7)],
    ['a constant that starts to vary', 'number', sample(200, () => 3.5), increasing],
    ['a column that becomes constant', 'number', increasing, sample(200, () => 3.5)],
    ['a column that becomes empty', 'number', increasing, nothing],
    ['an empty number column', 'number', nothing, nothing],
    ['an empty number column that fills', 'number', nothing, increasing],
    ['an empty text column', 'string', sample(200, () => ''), sample(200, () => '')],
    ['an empty text column that fills', 'string', sample(200, () => ''), sample(200, () => 'a')],
    ['a one-row number', 'number', [1.5], increasing],
    ['a one-row text', 'string', ['a'], sample(200, () => 'b')],
    ['no reference rows', 'number', [], increasing],
    ['no window rows', 'number', increasing, []],
    ['no rows at all', 'string', [], []],
    ['identifiers', 'string', sample(200, (i) => `id-${i}`), sample(200, (i) => `new-${i}`)],
    ['infinities only', 'number', sample(200, () => Infinity), sample(200, () => -Infinity)],
    ['the largest numbers', 'number', [1.7e308, -1.7e308, 1, 2.5], [1.7e308, -1.7e308, 5e-324]],
    ['a tiny spread far from zero', 'number', sample(200, (i) => 1e15 + i / 8), sample(200, (i) => 1e15 + i / 8)],
  ] // prettier-ignore

  it.each(cases)('gives finite numbers for %s', (...[, type, before, after]) => {
    const report = monitor({ x: { type, values: before } })([after])
    expectFinite(report)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  const statusOf = (name: string) => {
    const [, type, before, after] = cases.find(([title]) => title === name)!
    return monitor({ x: { type, values: before } })([after]).features[0]!.status
  }

  it('does not take a constant or an empty column for drift', () => {
    expect(statusOf('a constant number')).toBe('low')
    expect(statusOf('a constant integer')).toBe('low')
    expect(statusOf('an empty number column')).toBe('low')
    expect(statusOf('an empty text column')).toBe('low')
  })

  it('takes a column that empties, fills or becomes constant for drift', () => {
    expect(statusOf('a column that becomes empty')).toBe('high')
    expect(statusOf('an empty number column that fills')).toBe('high')
    expect(statusOf('an empty text column that fills')).toBe('high')
  })

  it('has no verdict on a reference of one row or a window of none', () => {
    expect(statusOf('a one-row number')).toBe('insufficient_data')
    expect(statusOf('a one-row text')).toBe('insufficient_data')
    expect(statusOf('no window rows')).toBe('insufficient_data')
    expect(statusOf('no reference rows')).toBe('insufficient_data')
  })

  it('does not score identifiers, alone or among others', () => {
    const ids = sample(300, (i) => `id-${i}`)
    const alone = monitor({ id: { type: 'string', values: ids } })([ids])
    expect(alone.overallStatus).toBe('not_scored')
    expect(alone.features[0]).toMatchObject({ status: 'not_scored', psi: 0, requiredRows: null })
    const values = sample(300, () => normal())
    const both = monitor({ id: { type: 'string', values: ids }, x: { type: 'number', values } })
    expect(both([ids, sample(300, () => normal())]).meanPsi).toBeGreaterThan(0)
  })

  it('sees that a constant is new only when enough rows say so', () => {
    const evaluate = monitor({ x: { type: 'number', values: sample(1000, () => 3.5) } })
    expect(evaluate([sample(10, () => 3.5)]).features[0]!.status).toBe('insufficient_data')
    expect(evaluate([sample(50, () => 3.5)]).features[0]!.status).toBe('low')
  })

  it('keeps mean and deviation of values far from zero', () => {
    const values = sample(100, (i) => 1e9 + i)
    const { current, meanShift } = monitor({ x: { type: 'number', values } })([values.map((v) => v + 10)])
      .features[0]!
    expect(current.mean).toBeCloseTo(1e9 + 59.5, 5)
    // Standard deviation of 0 … 99 with n − 1: sqrt(100 · 101 / 12).
    expect(current.standardDeviation).toBeCloseTo(Math.sqrt((100 * 101) / 12), 6)
    expect(meanShift).toBeCloseTo(10 / Math.sqrt((100 * 101) / 12), 6)
  })

  it('refuses an impossible alpha and a window of another profile', () => {
    const evaluate = monitor({ x: { type: 'number', values: increasing } })
    expect(() => evaluate([increasing], 0)).toThrow(/alpha is 0; it must be between 0 and 1/)
    const profile = buildProfile([{ name: 'x', type: 'number', values: increasing }])
    expect(() => evaluateDrift(profile, createLayout(profile), new Float64Array(2))).toThrow(/window has 2/)
  })
})

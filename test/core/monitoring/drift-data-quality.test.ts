import { describe, expect, it } from 'vitest'
import type { DriftReport } from '../../../main/core/monitoring/drift/evaluate'
import type { FeatureValue } from '../../../main/core/distributions/profile'
import type { Columns } from './monitor'
import { expectFinite, monitor, sample } from './monitor'
import { createNormal, createUniform } from './random'

const normal = createNormal(createUniform(43))

describe('data quality', () => {
  const columns: Columns = {
    amount: { type: 'number', values: sample(5000, () => Math.exp(normal())) },
    plan: { type: 'string', values: sample(5000, (i) => ['basic', 'plus', 'pro'][i % 3]!) },
  }
  const evaluate = monitor(columns)
  const plans = sample(500, (i) => ['basic', 'plus', 'pro'][i % 3]!)
  const amounts = () => sample<FeatureValue>(500, () => Math.exp(normal()))
  const kindsOf = (report: DriftReport, index: number) =>
    report.features[index]!.dataQuality.map(({ kind }) => kind)

  it('has no finding in a clean window', () => {
    const report = evaluate([amounts(), plans])
    expect(report.features.flatMap(({ dataQuality }) => dataQuality)).toEqual([])
  })

  it('reports an unseen category and counts it in the drift score', () => {
    const report = evaluate([amounts(), plans.map((plan, i) => (i % 10 === 0 ? 'enterprise' : plan))])
    const plan = report.features[1]!
    expect(kindsOf(report, 1)).toEqual(['unseen'])
    expect(plan.dataQuality[0]!.message).toContain('10 % of 500 rows')
    expect(plan.current.unseenShare).toBeCloseTo(0.1, 12)
    expect(plan.distribution.at(-1)).toEqual({ label: 'UNSEEN', reference: 0, current: 0.1 })
    expect(plan.status).toBe('high')
  })

  it('does not call a single unseen row in a thousand a finding', () => {
    const report = evaluate([[...amounts(), ...amounts()], [...plans, ...plans].with(0, 'enterprise')])
    expect(kindsOf(report, 1)).toEqual([])
    expect(report.features[1]!.status).toBe('low')
    expect(report.features[1]!.chiSquaredP).toBeGreaterThan(0)
  })

  it('reports a surge of missing values', () => {
    const report = evaluate([amounts().map((amount, i) => (i % 3 === 0 ? null : amount)), plans])
    expect(kindsOf(report, 0)).toEqual(['missing'])
    expect(report.features[0]!.current.missingShare).toBeCloseTo(1 / 3, 2)
    expect(report.features[0]!.status).toBe('high')
    expect(report.features[0]!.meanShift).not.toBeNull()
  })

  it('does not report a rise of missing values of one point', () => {
    const report = evaluate([amounts().map((amount, i) => (i % 100 === 0 ? null : amount)), plans])
    expect(kindsOf(report, 0)).toEqual([])
  })

  it('reports a single infinity where the reference had none', () => {
    const report = evaluate([amounts().with(7, Infinity), plans])
    expect(kindsOf(report, 0)).toEqual(['non_finite'])
    expectFinite(report)
  })

  it('reports values outside the range of the reference', () => {
    const report = evaluate([amounts().map((amount, i) => (i % 20 === 0 ? -1 : amount)), plans])
    expect(kindsOf(report, 0)).toEqual(['out_of_range'])
    expect(report.features[0]!.current.outOfRangeShare).toBeCloseTo(0.05, 12)
  })

  it('expects new categories where the reference is all rare ones', () => {
    const uniform = createUniform(5)
    const rare = () => `c${Math.floor(uniform() * 900)}`
    const values = sample(1800, rare)
    const report = monitor({ x: { type: 'string', values } })([sample(400, rare)])
    expect(report.features[0]!.current.unseenShare).toBeGreaterThan(0.05)
    expect(report.features[0]!.dataQuality).toEqual([])
    expect(report.features[0]!.status).toBe('low')
  })
})

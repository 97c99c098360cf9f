import { describe, expect, it } from 'vitest'
import type { FeatureValue } from '../../../main/core/distributions/profile'
import { buildProfile } from '../../../main/core/distributions/profile'
import { countRow, createLayout, createWindow, mergeWindows } from '../../../main/core/distributions/window'
import { createUniform } from './random'

const uniform = createUniform(11)
const rows: FeatureValue[][] = Array.from({ length: 2000 }, (_, i) => [
  uniform() < 0.05 ? null : uniform() ** 3 * 1000,
  `city-${Math.floor(uniform() ** 2 * 70)}`,
  uniform() < 0.5,
  `id-${i}`,
])
const profile = buildProfile([
  { name: 'amount', type: 'number', values: rows.map((row) => row[0] ?? null) },
  { name: 'city', type: 'string', values: rows.map((row) => row[1] ?? null) },
  { name: 'active', type: 'boolean', values: rows.map((row) => row[2] ?? null) },
  { name: 'id', type: 'string', values: rows.map((row) => row[3] ?? null) },
])
const layout = createLayout(profile)

function countAll(some: readonly (readonly FeatureValue[])[]): Float64Array {
  const window = createWindow(layout)
  for (const row of some) countRow(layout, window, row)
  return window
}

function slots(window: Float64Array, feature: number) {
  const block = layout.blocks[feature]!
  return { block, values: Array.from(window.subarray(block.offset, block.offset + block.length)) }
}

describe('drift window', () => {
  it('counts the reference itself to the counts of the profile', () => {
    const window = countAll(rows)
    expect(window[0]).toBe(2000)
    const [amount, city] = profile.features
    if (amount?.kind !== 'numeric' || city?.kind !== 'categorical') throw new Error('unexpected kinds')
    expect(slots(window, 0).values.slice(0, 60)).toEqual(amount.counts)
    expect(slots(window, 0).values[60]).toBe(amount.missing)
    expect(slots(window, 1).values).toEqual([...city.counts, 0, city.otherCount, 0])
  })

  it('counts the same in any order and in any number of merged parts', () => {
    const whole = countAll(rows)
    const reversed = countAll([...rows].reverse())
    const merged = createWindow(layout)
    for (let start = 0; start < rows.length; start += 137) {
      mergeWindows(merged, countAll(rows.slice(start, start + 137)))
    }
    const amount = layout.blocks[0]!
    if (amount.kind !== 'numeric') throw new Error(amount.kind)
    const sums = [amount.sum, amount.sumOfSquares]
    for (const other of [reversed, merged]) {
      whole.forEach((count, slot) => {
        // Counts are exact; sums of fractions may differ in the last bits.
        if (sums.includes(slot)) expect(other[slot]).toBeCloseTo(count, 8)
        else expect(other[slot]).toBe(count)
      })
    }
  })

  it('merges in any grouping to the same window', () => {
    const [a, b, c] = [rows.slice(0, 10), rows.slice(10, 500), rows.slice(500)].map(countAll)
    const left = a!.slice()
    mergeWindows(left, b!)
    mergeWindows(left, c!)
    const right = b!.slice()
    mergeWindows(right, c!)
    mergeWindows(right, a!)
    left.forEach((value, slot) => expect(right[slot]).toBeCloseTo(value, 8))
  })

  it('refuses to merge windows of different profiles', () => {
    expect(() => mergeWindows(createWindow(layout), new Float64Array(3))).toThrow(/same profile/)
  })

  it('tells missing, non-finite, below and above apart', () => {
    const window = countAll([[null], [NaN], [''], [], [Infinity], ['abc'], [-5], [5000], [2000]])
    const { block } = slots(window, 0)
    if (block.kind !== 'numeric') throw new Error(block.kind)
    expect([block.missing, block.nonFinite, block.below, block.above].map((slot) => window[slot])).toEqual([
      4, 2, 1, 2,
    ])
  })

  it('leaves the extremes of the reference in range after rounding to float32', () => {
    const values = rows.map((row) => row[0]).filter((value) => typeof value === 'number')
    const window = countAll([[Math.fround(Math.max(...values))], [Math.fround(Math.min(...values))]])
    const { block } = slots(window, 0)
    if (block.kind !== 'numeric') throw new Error(block.kind)
    expect(window[block.below]! + window[block.above]!).toBe(0)
  })

  it('tells a rare known category from an unseen one', () => {
    const city = profile.features[1]
    if (city?.kind !== 'categorical') throw new Error('unexpected kind')
    const window = countAll([
      [1, city.otherCategories[0]!],
      [1, 'Atlantis'],
      [1, city.categories[3]!],
    ])
    const { block } = slots(window, 1)
    if (block.kind !== 'categorical') throw new Error(block.kind)
    expect([window[block.other], window[block.unseen], window[block.offset + 3]]).toEqual([1, 1, 1])
  })

  it.each([
    ['boolean' as const, [true, false], [true, 'true', 'True', 1, '1', 1.0]],
    ['integer' as const, [1, 0], [1, '1', '1.0', true, 'true', 'True']],
    ['string' as const, ['1.0', '2.0', '3'], [1, '1', '1.0']],
  ])('meets a %s category in every spelling', (type, reference, spellings) => {
    const one = buildProfile([{ name: 'x', type, values: [...reference, reference[0]!] }])
    const small = createLayout(one)
    const window = createWindow(small)
    for (const value of spellings) countRow(small, window, [value])
    expect(window[1]).toBe(spellings.length)
  })
})

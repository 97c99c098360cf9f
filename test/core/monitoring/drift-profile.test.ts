import { describe, expect, it } from 'vitest'
import type { FeatureValue, ReferenceColumn } from '../../../main/core/distributions/profile'
import { buildProfile } from '../../../main/core/distributions/profile'
import { findBin, padEdges } from '../../../main/core/distributions/quantile-bins'
import { toCategory } from '../../../main/core/distributions/value'
import { createNormal, createUniform } from './random'

function profileOne(type: ReferenceColumn['type'], values: readonly FeatureValue[]) {
  return buildProfile([{ name: 'x', type, values }]).features[0]!
}

function repeat(values: readonly FeatureValue[], times: number): FeatureValue[] {
  return Array.from({ length: times }, () => values).flat()
}

describe('reference profile', () => {
  it('cuts measurements into sixty bins of equal share, whose tenths and fifths are exact', () => {
    const normal = createNormal(createUniform(1))
    const values = Array.from({ length: 6000 }, () => Math.exp(normal()))
    const profile = profileOne('number', values)
    if (profile.kind !== 'numeric') throw new Error(profile.kind)
    expect(profile.counts).toEqual(Array.from({ length: 60 }, () => 100))
    expect(profile.edges).toEqual([...profile.edges].sort((a, b) => a - b))
    const sizeOf = (groups: readonly number[], group: number) => groups.filter((g) => g === group).length
    for (let g = 0; g < 10; g += 1) expect(sizeOf(profile.decileOf, g)).toBe(6)
    for (let g = 0; g < 5; g += 1) expect(sizeOf(profile.quintileOf, g)).toBe(12)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(profile.mean).toBeCloseTo(mean, 12)
    expect(profile.min).toBe(Math.min(...values))
  })

  it('keeps a pile of equal values in a bin of its own', () => {
    const values = [...repeat([0], 500), ...Array.from({ length: 500 }, (_, i) => i + 0.5)]
    const profile = profileOne('number', values)
    if (profile.kind !== 'numeric') throw new Error(profile.kind)
    expect(profile.counts[0]).toBe(500)
    expect(profile.edges[0]).toBe(0.25)
    expect(profile.counts.length).toBeLessThanOrEqual(60)
    expect(profile.counts.reduce((a, b) => a + b)).toBe(1000)
  })

  it('recounts its own values into its own bins', () => {
    const uniform = createUniform(2)
    const values = Array.from({ length: 3000 }, () => Math.floor(uniform() ** 3 * 300) / 4)
    const profile = profileOne('number', values)
    if (profile.kind !== 'numeric') throw new Error(profile.kind)
    const counts = profile.counts.map(() => 0)
    const edges = padEdges(profile.edges)
    for (const value of values) counts[findBin(edges, value)]! += 1
    expect(counts).toEqual(profile.counts)
  })

  it('puts a value in the same bin after it was rounded to float32', () => {
    const values = repeat([0.1, 0.2, 0.3, 0.7, 1.1], 10)
    const profile = profileOne('number', values)
    if (profile.kind !== 'numeric') throw new Error(profile.kind)
    expect(profile.counts).toEqual([10, 10, 10, 10, 10])
    const edges = padEdges(profile.edges)
    for (const value of [0.1, 0.2, 0.3, 0.7, 1.1]) {
      expect(findBin(edges, Math.fround(value))).toBe(findBin(edges, value))
    }
  })

  it.each([0, 1, 2, 3, 7, 8, 59, 100])('finds the bin of a value between %d edges', (count) => {
    const edges = Array.from({ length: count }, (_, i) => i)
    const padded = padEdges(edges)
    for (let x = -1; x <= count; x += 0.5) {
      expect(findBin(padded, x)).toBe(edges.filter((edge) => edge <= x).length)
    }
    expect(findBin(padded, -Number.MAX_VALUE)).toBe(0)
    expect(findBin(padded, Number.MAX_VALUE)).toBe(count)
  })

  it('keeps neighbouring doubles and the largest numbers apart', () => {
    const next = 1 + Number.EPSILON
    const profile = profileOne('number', [1, next, 1.5, -Number.MAX_VALUE, Number.MAX_VALUE])
    if (profile.kind !== 'numeric') throw new Error(profile.kind)
    expect(profile.counts).toEqual([1, 1, 1, 1, 1])
    expect(profile.edges.every(Number.isFinite)).toBe(true)
    expect(findBin(padEdges(profile.edges), 1)).toBe(1)
    expect(findBin(padEdges(profile.edges), next)).toBe(2)
  })

  it('takes up to twenty distinct integers as categories, and twenty-one as measurements', () => {
    const integers = (count: number) => repeat(Array.from({ length: count }, (_, i) => i), 10) // prettier-ignore
    expect(profileOne('integer', integers(20)).kind).toBe('categorical')
    expect(profileOne('number', integers(20)).kind).toBe('categorical')
    expect(profileOne('integer', integers(21)).kind).toBe('numeric')
    expect(profileOne('number', repeat([0.5, 1, 2], 10)).kind).toBe('numeric')
  })

  it('counts null, NaN and blank text as missing and infinity as non-finite', () => {
    const values = [1.5, null, NaN, '', '  ', Infinity, -Infinity, 'abc', '2.5', true]
    expect(profileOne('number', values)).toMatchObject({
      kind: 'numeric', count: 3, missing: 4, nonFinite: 3, distinct: 3, min: 1, max: 2.5,
    }) // prettier-ignore
  })

  it('gives one value one category however it is spelled', () => {
    for (const value of [1, 1.0, '1', '1.0', '1.00']) expect(toCategory(value)).toBe('1')
    for (const value of [true, 'true', 'True', 'TRUE']) expect(toCategory(value)).toBe('true')
    expect(toCategory(-0)).toBe(toCategory('-0'))
    expect(toCategory('007')).toBe('007')
    expect(toCategory('12345678901234567890')).toBe('12345678901234567890')
    expect(toCategory('Berlin')).toBe('Berlin')
  })

  it('counts the fifty most frequent categories singly and remembers the names of the others', () => {
    const values: string[] = []
    for (let i = 0; i < 80; i += 1) for (let k = 0; k < 80 - i; k += 1) values.push(`c${i}`)
    const profile = profileOne('string', values)
    if (profile.kind !== 'categorical') throw new Error(profile.kind)
    expect(profile.categories.slice(0, 2)).toEqual(['c0', 'c1'])
    expect(profile.categories).toHaveLength(50)
    expect(profile.otherCategories).toHaveLength(30)
    expect(profile.otherCount).toBe(465)
    expect(profile.seenOnce).toBe(1)
  })

  it('takes text with too many distinct values as identifiers', () => {
    const distinct = (count: number) => Array.from({ length: count }, (_, i) => `id-${i}`)
    expect(profileOne('string', distinct(21)).kind).toBe('text')
    expect(profileOne('string', distinct(20)).kind).toBe('categorical')
    expect(profileOne('string', repeat(distinct(1001), 10)).kind).toBe('text')
    expect(profileOne('string', repeat(distinct(1000), 10)).kind).toBe('categorical')
  })

  it('is the same for the same data in another order', () => {
    const uniform = createUniform(3)
    const values = Array.from({ length: 500 }, () => `c${Math.floor(uniform() * 60)}`)
    expect(profileOne('string', [...values].reverse())).toEqual(profileOne('string', values))
  })

  it('survives JSON unchanged', () => {
    const profile = buildProfile([
      { name: 'empty', type: 'number', values: [null, NaN] },
      { name: 'huge', type: 'number', values: [1.5e308, -1.7e308] },
      { name: 'text', type: 'string', values: ['a', ''] },
    ])
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile)
  })

  it('refuses columns of different lengths and columns of one name', () => {
    const column = (name: string, length: number): ReferenceColumn => ({
      name,
      type: 'number',
      values: Array.from({ length }, () => 1),
    })
    expect(() => buildProfile([column('a', 2), column('b', 3)])).toThrow(/"b" has 3 values/)
    expect(() => buildProfile([column('a', 2), column('a', 2)])).toThrow(/"a" appears twice/)
  })
})

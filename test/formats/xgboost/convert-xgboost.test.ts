import { describe, expect, it } from 'vitest'
import { compareContributions } from '../booster-contributions'
import { checkCase, convert, readCases } from '../boosters'

describe('XGBoost models', () => {
  it.each(readCases('xgb'))('of %s answer as in Python', async (_, cases) => {
    expect(cases.length).toBeGreaterThan(4)
    const failures: string[] = []
    for (const entry of cases) {
      const failure = await checkCase(entry, 1e-6)
      if (failure !== null) failures.push(`${entry.name} (${entry.form}): ${failure}`)
    }
    expect(failures.join('\n')).toBe('')
  })

  it.each(readCases('xgb'))('of %s keep the covers that pred_contribs is made of', (_, cases) => {
    const failures = cases.flatMap(({ name, form, ...entry }) => {
      if (entry.refused !== undefined || name === 'xgb-linear') return []
      const model = convert(entry.bytes)
      const off = compareContributions(model.bytes, entry, (cell, column) => {
        const { categories } = model.columns[column]!
        if (cell === null || (name === 'xgb-missing-999' && cell === -999)) return Number.NaN
        return categories === null ? Math.fround(Number(cell)) : categories.indexOf(cell)
      })
      return off <= 1e-6 ? [] : [`${name} (${form}): off by ${off.toExponential(1)}`]
    })
    expect(failures.join('\n')).toBe('')
  })
})

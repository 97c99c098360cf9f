import { describe, expect, it } from 'vitest'
import { compareContributions } from '../booster-contributions'
import { checkCase, convert, readCases } from '../boosters'

describe('LightGBM models', () => {
  it.each(readCases('lgb'))('of %s answer as in Python', async (_, cases) => {
    expect(cases.length).toBeGreaterThan(4)
    const failures: string[] = []
    for (const entry of cases) {
      const failure = await checkCase(entry, 1e-9)
      if (failure !== null) failures.push(`${entry.name} (${entry.form}): ${failure}`)
    }
    expect(failures.join('\n')).toBe('')
  })

  it.each(readCases('lgb'))('of %s keep the covers that pred_contrib is made of', (_, cases) => {
    const failures = cases.flatMap(({ name, form, ...entry }) => {
      const model = convert(entry.bytes)
      // Linear leaves have no contributions, a constant has nothing to share out, and texts are coded before the trees.
      const isText = model.columns.some(({ type }) => type === 'string')
      if (entry.contributions === undefined || isText || name === 'lgb-constant') return []
      const off = compareContributions(model.bytes, entry, (cell) =>
        cell === null || (name === 'lgb-zero' && cell === 0) ? Number.NaN : Number(cell),
      )
      return off <= 1e-7 ? [] : [`${name} (${form}): off by ${off.toExponential(1)}`]
    })
    expect(failures.join('\n')).toBe('')
  })
})

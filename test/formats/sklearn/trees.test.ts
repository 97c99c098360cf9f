import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPickle } from '../../../main/formats/pickle/read-pickle'
import { isKind } from '../../../main/formats/pickle/value-kinds'
import type { PickleValue } from '../../../main/formats/pickle/value'
import type { Row } from './answer-rows'
import { answerRows, convertValue } from './answer-rows'

type Example = {
  readonly name: string
  readonly rows: readonly Row[]
  readonly labels?: readonly (number | string)[]
  readonly values?: readonly number[]
  readonly scores?: readonly (readonly number[])[]
  /** Whether the library answers a row without values. */
  readonly missing?: boolean
}

const folder = join(import.meta.dirname, '../../fixtures/pickles/trees')

/** The models of one version of the library by their names. */
function readModels(version: string): Map<PickleValue, PickleValue> {
  const { root } = readPickle(readFileSync(join(folder, version, 'models.joblib')))
  return new Map(isKind(root, 'dict') ? root.entries : [])
}

const readExamples = (version: string): readonly Example[] => {
  const text = gunzipSync(readFileSync(join(folder, version, 'answers.json.gz'))).toString()
  return (JSON.parse(text) as { readonly cases: readonly Example[] }).cases
}

/** Relative to what is expected where that is beyond 1. */
const largestDifference = (ours: readonly number[], theirs: readonly number[]): number =>
  ours.reduce((most, value, index) => {
    const expected = theirs[index] ?? Number.NaN
    const difference = Math.abs(value - expected) / Math.max(1, Math.abs(expected))
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference)
  }, 0)

describe.each(['0.24', '1.3', '1.9'])('tree models of scikit-learn %s', (version) => {
  const models = readModels(version)

  it.each(readExamples(version))('$name answers what the library answers', async (example) => {
    const { name, rows, labels, values, scores, missing } = example
    const converted = convertValue(models.get(name))
    const answers = await answerRows(converted, rows)
    expect(answers.labels).toEqual(labels ?? null)
    expect(answers.scores?.length).toBe(scores?.length)
    expect(answers.values?.length).toBe(values?.length)
    expect(largestDifference(answers.values ?? [], values ?? [])).toBeLessThan(1e-9)
    expect(largestDifference((answers.scores ?? []).flat(), (scores ?? []).flat())).toBeLessThan(1e-9)
    if (missing !== undefined)
      expect(converted.columns.every(({ acceptsMissing }) => acceptsMissing)).toBe(missing)
  })
})

import { describe, expect, it } from 'vitest'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { convertTransformer, runModel } from '../../support/converted-model'
import type { PreprocessingCase } from '../../support/preprocessing-cases'
import { readReleases, unpickle } from '../../support/preprocessing-cases'

async function answer(model: PreprocessingCase): Promise<(number | string)[]> {
  const estimator = unpickle(model)
  if (model.kind === 'transform') {
    const { bytes, columns } = convertTransformer(estimator)
    return (await runModel(bytes, columns, model.rows)).made!
  }
  const { bytes, columns, answer } = convertEstimator(estimator)
  const outputs = await runModel(bytes, columns, model.rows)
  return outputs[answer.kind === 'value' ? answer.value : answer.label]!
}

describe.each(readReleases())('scikit-learn $version', ({ cases, refused }) => {
  it.each(cases)('gives the same numbers as a graph: $name', async (model) => {
    const values = await answer(model)
    const expected = model.expected.flat()
    expect(values).toHaveLength(expected.length)
    expected.forEach((wanted, index) => {
      const value = values[index]!
      if (wanted === null) expect(value).toBeNaN()
      else
        expect(Math.abs(Number(value) - Number(wanted)) / Math.max(1, Math.abs(Number(wanted)))).toBeLessThan(
          1e-9,
        )
    })
  })

  it.each(refused)('refuses $name and says why', (model) => {
    expect(() => convertEstimator(unpickle(model))).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringContaining(model.word) as string,
      }),
    )
  })
})

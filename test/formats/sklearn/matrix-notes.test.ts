import { describe, expect, it } from 'vitest'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { measure, readCases, readEstimator } from './matrix-cases'

const { cases } = readCases('sk19')
const convert = (name: string) => convertEstimator(readEstimator(cases[name]!.pickle))

describe('converted matrix models', () => {
  it('say that float32 was computed in float64', () => {
    expect(convert('LinearRegression float32').notes.join()).toContain('fitted on float32')
    expect(convert('LinearRegression').notes).toEqual([])
  })

  it('say that ties between neighbours may be broken otherwise', () => {
    expect(convert('KNeighborsClassifier kd_tree uniform').notes.join()).toContain('equally far')
  })

  it('answer labels alone where the library has scores for pairs of classes only', () => {
    const { answer, notes } = convert('SVC ovo')
    expect(answer).toMatchObject({ kind: 'label', scores: null })
    expect(notes.join()).toContain("decision_function_shape='ovo'")
  })

  it('say that the labels of support vectors do not come from the probabilities', () => {
    const { answer, notes } = convert('SVC proba three')
    expect(answer).toMatchObject({ scores: { kind: 'probability' } })
    expect(notes.join()).toContain('decision function')
  })

  it('number clusters from 0', () => {
    expect(convert('KMeans').answer).toMatchObject({
      classes: { type: 'int64', labels: [0, 1, 2] },
      scores: null,
    })
  })

  it('name the categories that a column may hold', () => {
    expect(convert('CategoricalNB').columns.map(({ categories }) => categories)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  it.each(['SVC proba three', 'KNeighborsClassifier brute distance', 'GaussianNB three', 'BisectingKMeans'])(
    'answer a single row as they answer it among others: %s',
    async (name) => {
      const { rows, label, probabilities, ...given } = cases[name]!
      const { error, flips } = await measure({
        ...given,
        rows: rows.slice(0, 1),
        label: label!.slice(0, 1),
        ...(probabilities && { probabilities: probabilities.slice(0, 1) }),
      })
      expect(flips).toBe(0)
      expect(error).toBeLessThan(1e-9)
    },
  )
})

import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Choosable } from '../../../main/core/explanations/choose-method'
import { chooseMethod } from '../../../main/core/explanations/choose-method'
import { EXPLANATION_FIXTURES, readBody } from './bodies'

const file = (name: string): string => join(EXPLANATION_FIXTURES, `${name}.onnx`)
const withCovers = { body: readBody(file('covers'), 'variable', { X: 10 })! }
const withoutCovers = { body: readBody(file('forest-classifier'), 'probabilities', { X: 4 })! }
const linear = { body: readBody(file('ridge'), 'variable', { X: 12 })! }
const about = (model: Choosable['model'], backgroundRows = 100, features = 10): Choosable => ({
  model,
  backgroundRows,
  features,
})

it('walks by training rows where the file knows them, with or without training data', () => {
  for (const rows of [0, 100])
    expect(chooseMethod(about(withCovers, rows), 'auto')).toEqual({
      kind: 'walk',
      method: 'path-dependent-tree',
    })
})

it('takes the background for trees without covers, weights for linear models, and questions for the rest', () => {
  expect(chooseMethod(about(withoutCovers), 'auto')).toMatchObject({ method: 'interventional-tree' })
  expect(chooseMethod(about(linear), 'auto')).toMatchObject({ method: 'linear' })
  expect(chooseMethod(about(null), 'auto')).toEqual({ kind: 'ask', method: 'auto' })
})

it.each([
  ['auto', about(null, 0)],
  ['auto', about(withoutCovers, 0)],
  ['auto', about(linear, 0)],
  ['linear', about(linear, 0)],
  ['interventional', about(withCovers, 0)],
  ['exact', about(null, 0)],
  ['permutation', about(null, 0)],
] as const)('asks for training data where %s takes them', (method, choosable) => {
  expect(() => chooseMethod(choosable, method)).toThrow(/register training data to explain this model/)
})

it.each([
  ['linear', about(withCovers), /takes a linear model/],
  ['interventional', about(linear), /no such trees/],
  ['path-dependent', about(null), /no such trees/],
  ['path-dependent', about(withoutCovers), /how many training rows/],
  ['exact', about(null, 100, 11), /at most 10; this model has 11/],
] as const)('refuses %s where it does not suit, and says why', (method, choosable, why) => {
  expect(() => chooseMethod(choosable, method)).toThrow(why)
})

import { describe, expect, it } from 'vitest'
import { findModel } from '../../main/formats/find-model'
import type { PickleDict, PickleList, PickleObject, PickleValue } from '../../main/formats/pickle/value'

const object = (module: string, name: string, state: PickleValue = null): PickleObject => ({
  kind: 'object',
  callable: { kind: 'global', module, name },
  args: [],
  keywords: null,
  state,
  items: [],
  entries: [],
})
const dict = (...entries: [PickleValue, PickleValue][]): PickleDict => ({ kind: 'dict', entries })
const list = (...items: PickleValue[]): PickleList => ({ kind: 'list', items })
const model = object('lightgbm.sklearn', 'LGBMRegressor')
const scaler = object('lightgbm.own', 'Preparation')

describe('the model of a pickle', () => {
  it('is the value itself', () => {
    expect(findModel(model)).toMatchObject({ place: '', names: null, notes: [] })
  })

  it('is found in a dict, with the names beside it, of which a later entry counts', () => {
    const root = dict(['model', 1], ['columns', list('a', 'b')], ['model', model])
    const found = findModel(root)
    expect(found).toMatchObject({ place: "['model']", names: ['a', 'b'], notes: [] })
    expect(found.estimator.name).toBe('LGBMRegressor')
  })

  it('takes the names of a pandas index', () => {
    const index: PickleObject = {
      ...object('pandas.core.indexes.base', '_new_Index'),
      args: [null, dict(['data', list('a', 'b')], ['name', null])],
    }
    expect(findModel(dict(['model', model], ['feature_names', index])).names).toEqual(['a', 'b'])
  })

  it('is told apart from what is no model, which is noted', () => {
    const found = findModel({ kind: 'tuple', items: [scaler, model] })
    expect(found.place).toBe('[1]')
    expect(found.notes.join()).toMatch(/Only LGBMRegressor.*Preparation at \[0\].*one Pipeline/)
  })

  it.each<[string, PickleValue, RegExp]>([
    ['text', 'hello', /holds text, which is no model/],
    ['nothing', null, /holds None/],
    ['an empty dict', dict(), /without a model in it; found nothing/],
    ['a dict of numbers', dict(['a', 1], ['b', 'x']), /found \['a'\]: number, \['b'\]: text/],
    [
      'two models',
      list(model, object('lightgbm.sklearn', 'LGBMRegressor')),
      /more than one model: LGBMRegressor at \[0\], LGBMRegressor at \[1\]/,
    ],
  ])('is missed in %s, with what was found', (_what, root, why) => {
    expect(() => findModel(root)).toThrow(why)
  })

  it('is looked for once in a list that holds itself many times', () => {
    const root = list()
    for (let index = 0; index < 2000; index++) root.items.push(root)
    expect(() => findModel(root)).toThrow(/without a model/)
    root.items.push(model)
    expect(findModel(root).place).toBe('[2000]')
  })

  it('is taken once when the file names it twice', () => {
    const shared = object('lightgbm.sklearn', 'LGBMRegressor')
    expect(findModel(dict(['model', shared], ['best', shared])).place).toBe("['model']")
  })
})

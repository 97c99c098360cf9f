import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../../main/formats/onnx/graph-builder'
import { addInputs } from '../../../main/formats/sklearn/add-inputs'
import type { InputColumn } from '../../../main/formats/sklearn/conversion'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { convertTransformer, runModel } from '../../support/converted-model'
import { readReleases, unpickle } from '../../support/preprocessing-cases'

const number = (name: string | null, more: Partial<InputColumn> = {}): InputColumn => ({
  name,
  type: 'float64',
  acceptsMissing: false,
  ...more,
})

describe.each(readReleases())('columns of pipelines of scikit-learn $version', ({ cases }) => {
  const find = (name: string) => cases.find((model) => model.name === name)!
  const columnsOf = (name: string) => convertTransformer(unpickle(find(name))).columns
  const column = (name: string, wanted: string) => columnsOf(name).find((found) => found.name === wanted)!

  it('asks for the original columns, and for those alone that something reads', () => {
    const { columns } = convertEstimator(unpickle(find('pipeline of a model')))
    expect(columns.map(({ name, type, input }) => (input === null ? 'unused' : `${name}: ${type}`))).toEqual([
      'age: float64',
      'income €: float64',
      'unused',
      'x3: float64',
      'town: string',
      'unused',
      'unused',
      'unused',
    ])
    expect(columns[4]!.input).toEqual({ name: 'town', column: 0 })
  })

  it('puts numbers side by side in one input, without the columns that nothing reads', () => {
    const { columns } = convertTransformer(unpickle(find('columns by a slice of names')))
    expect(columns.map(({ input }) => input)).toEqual([
      null,
      { name: 'X', column: 0 },
      { name: 'X', column: 1 },
      { name: 'X', column: 2 },
      null,
      null,
      null,
      null,
    ])
  })

  it('knows the only values that an encoder allows, also behind an imputer and in a later step', () => {
    const towns = ['Berlin', 'Bonn', 'Köln', 'Ulm', '東京']
    expect(column('same column twice', 'town').categories).toEqual(towns)
    expect(column('encoded in the second step', 'town').categories).toEqual(towns)
    expect(column('same column twice', 'kids').categories).toEqual([0, 1, 2, 3, 4])
    expect(column('one-hot booleans', columnsOf('one-hot booleans')[0]!.name).categories).toEqual([0, 1])
    expect(column('text filled with a constant', 'plan').categories).toEqual(['basic', 'none', 'pro', 'team'])
    expect(column('mixed table', 'town').categories).toBeNull()
  })

  it('takes missing values where something answers them, not where they would reach the model', () => {
    const accepting = (name: string) =>
      columnsOf(name).flatMap((found) => (found.acceptsMissing && found.input !== null ? [found.name] : []))
    expect(accepting('mixed table')).toEqual(['age', 'income €', 'kids', 'x3', 'town', 'plan'])
    expect(accepting('text filled with a constant')).toEqual(['plan'])
    expect(accepting('same column twice')).toEqual(['income €'])
    expect(accepting('impute a number')).toEqual([])
    const scaled = convertEstimator(unpickle(find('numbers only with missing ones in the first step')))
    expect(scaled.columns.map(({ acceptsMissing }) => acceptsMissing)).toEqual([false, false, false, false])
    const beside = convertEstimator(unpickle(find('components beside a scaler')))
    expect(beside.columns.map(({ acceptsMissing }) => acceptsMissing)).toEqual([false, false, false, false])
  })

  it('answers a value that its encoder ignores with zeros', async () => {
    const model = find('one-hot text with None')
    const { bytes, columns, width } = convertTransformer(unpickle(model))
    const outputs = await runModel(bytes, columns, [['Atlantis', 'free']])
    expect(outputs.made).toEqual(new Array(width).fill(0))
  })
})

describe('inputs of a converted model', () => {
  it('names columns once, whatever they were called', () => {
    const builder = new GraphBuilder()
    const names = ['', 'a', 'a', 'a_2', null, '🙂\n"x"', '\ud800', '__proto__']
    const { columns } = addInputs(builder, [
      ...names.map((name) => number(name)),
      { name: 'text', type: 'string', acceptsMissing: false },
    ])
    expect(columns.map(({ name }) => name)).toEqual([
      'x0',
      'a',
      'a_3',
      'a_2',
      'x4',
      '🙂\n"x"',
      '\ufffd',
      '__proto__',
      'text',
    ])
  })

  it('runs with columns of any name', async () => {
    const builder = new GraphBuilder()
    const { frame, columns } = addInputs(builder, [
      number('tä\n🙂'),
      number(''),
      number('constant_0'),
      number('dropped', { isUnused: true }),
      { name: 'X', type: 'string', acceptsMissing: false },
    ])
    const sum = builder.add('Sum', [...frame.slice(0, 3).map(({ value }) => value), builder.numbers([0.5])])
    const isText = builder.add(
      'Cast',
      [
        builder.add('Equal', [
          frame[4]!.value,
          builder.constant({ type: 'string', values: ['a'], dims: [1, 1] }),
        ]),
      ],
      { attributes: { to: { int: 11 } } },
    )
    const name = builder.output('X', builder.add('Add', [sum, isText]), { type: 'float64', width: 1 })
    const outputs = await runModel(builder.finish(), columns, [
      [1, 2, 3, 'no number', 'a'],
      [1, 2, 3, null, ''],
    ])
    expect(outputs[name]).toEqual([7.5, 6.5])
  })
})

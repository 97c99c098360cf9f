import { describe, expect, it } from 'vitest'
import { readClasses } from '../../../main/formats/sklearn/class-labels'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { Estimator } from '../../../main/formats/sklearn/estimator'
import type { NumpyArray, PickleObject, PickleValue } from '../../../main/formats/pickle/value'

const array = (values: readonly number[], shape: readonly number[] = [values.length]): NumpyArray => ({
  kind: 'array',
  type: { kind: 'dtype', code: 'f8', isBigEndian: false, itemSize: 8, fields: null },
  shape,
  isFortran: false,
  content: { kind: 'bytes', bytes: new Uint8Array(Float64Array.from(values).buffer) },
})

const objects = (items: readonly PickleValue[]): NumpyArray => ({
  kind: 'array',
  type: { kind: 'dtype', code: 'O', isBigEndian: false, itemSize: 8, fields: null },
  shape: [items.length],
  isFortran: false,
  content: { kind: 'items', items },
})

const object = (name: string, state: Readonly<Record<string, PickleValue>>): PickleObject => ({
  kind: 'object',
  callable: { kind: 'global', module: 'sklearn.tree._classes', name },
  args: [],
  keywords: null,
  state: { kind: 'dict', entries: Object.entries(state) },
  items: [],
  entries: [],
})

const FIELDS = [
  'left_child',
  'right_child',
  'feature',
  'threshold',
  'n_node_samples',
  'weighted_n_node_samples',
]

/** A regression tree with these nodes: [left, right, column]. */
function treeOf(
  nodes: readonly (readonly [left: number, right: number, column: number])[],
  outputs = 1,
): PickleObject {
  const type = { kind: 'dtype', code: 'f8', isBigEndian: false, itemSize: 8, fields: null } as const
  const rows = nodes.flatMap(([left, right, column]) => [left, right, column, 0.5, 1, 1])
  const structured: NumpyArray = {
    ...array(rows, [nodes.length]),
    type: {
      ...type,
      code: 'V48',
      itemSize: 48,
      fields: FIELDS.map((name, place) => ({ name, type, offset: place * 8 })),
    },
  }
  const values = array(
    nodes.flatMap(() => Array.from({ length: outputs }, () => 1)),
    [nodes.length, outputs, 1],
  )
  return object('DecisionTreeRegressor', {
    n_features_in_: 2,
    _sklearn_version: '1.2.0',
    tree_: object('Tree', { nodes: structured, values }),
  })
}

const convert = (value: PickleValue): unknown => convertEstimator(Estimator.from(value)!)

describe('trees of crafted files', () => {
  it('are refused when a branch leads back', () => {
    expect(() =>
      convert(
        treeOf([
          [1, 0, 0],
          [-1, -1, -2],
        ]),
      ),
    ).toThrow(/node 0 of a tree leads to node 0/)
  })

  it('are refused when two branches lead to one node', () => {
    expect(() =>
      convert(
        treeOf([
          [1, 1, 0],
          [-1, -1, -2],
        ]),
      ),
    ).toThrow(/leads to node 1, which is no child/)
  })

  it('are refused when a small file names one tree a hundred thousand times', () => {
    const tree = treeOf([
      [1, 2, 0],
      [-1, -1, -2],
      [-1, -1, -2],
    ])
    const forest = object('RandomForestRegressor', {
      n_features_in_: 2,
      n_outputs_: 1,
      _sklearn_version: '1.2.0',
      estimators_: objects(new Array<PickleValue>(100_000).fill(tree)),
    })
    expect(() => convert(forest)).toThrow(/names one and the same tree several times/)
  })

  it('are refused when a branch leads out of the tree', () => {
    expect(() =>
      convert(
        treeOf([
          [1, 7, 0],
          [-1, -1, -2],
        ]),
      ),
    ).toThrow(/leads to node 7/)
  })

  it('are refused when they look at a column that is not there', () => {
    expect(() =>
      convert(
        treeOf([
          [1, 2, 9],
          [-1, -1, -2],
          [-1, -1, -2],
        ]),
      ),
    ).toThrow(/column 9 of 2/)
  })

  it('are refused when they are deeper than the runtime survives', () => {
    const chain = Array.from({ length: 2500 }, (_, level) => [2 * level + 1, 2 * level + 2, 0] as const)
    const nodes = chain.flatMap((branch) => [branch, [-1, -1, -2] as const])
    // Node 2n is a branch, node 2n + 1 its leaf, and the last one ends the chain.
    expect(() => convert(treeOf([...nodes, [-1, -1, -2]]))).toThrow(/deeper than 2000 levels/)
  })
})

describe('models of several outputs', () => {
  it('are refused with the reason', () => {
    expect(() => convert(treeOf([[-1, -1, -2]], 3))).toThrow(/predicts 3 outputs at once/)
    expect(() => convert(object('MultiOutputRegressor', {}))).toThrow(
      /MultiOutputRegressor cannot be converted: it predicts several outputs at once/,
    )
  })
})

describe('a search over parameters', () => {
  it('is refused when no best model was fitted', () => {
    expect(() => convert(object('GridSearchCV', {}))).toThrow(/no best_estimator_ \(refit=False\)/)
  })
})

describe('class labels', () => {
  const read = (classes: PickleValue): unknown =>
    readClasses(Estimator.from(object('DecisionTreeClassifier', { classes_: classes }))!)

  it('stay numbers when they are whole', () => {
    expect(read(array([-1, 3]))).toEqual({ type: 'int64', labels: [-1, 3] })
  })

  it('become the text that Python shows otherwise', () => {
    expect(read(array([0.5, 2, 1e-5, 1e16]))).toEqual({
      type: 'string',
      labels: ['0.5', '2.0', '1e-05', '1e+16'],
    })
    expect(read(objects([false, true]))).toEqual({ type: 'string', labels: ['False', 'True'] })
    expect(read(objects(['no', 'yes']))).toEqual({ type: 'string', labels: ['no', 'yes'] })
  })

  it('are refused for several outputs', () => {
    expect(() => read({ kind: 'list', items: [array([0, 1])] })).toThrow(/several outputs/)
  })
})

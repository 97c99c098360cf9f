import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inspectOnnx } from '../../../main/formats/onnx/inspect-onnx'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { buildModel, entry, join, message, node, number, opset, text } from './build-onnx'

const root = new URL('../../../', import.meta.url)
const inspectFile = (path: string) => inspectOnnx(readOnnx(new Uint8Array(readFileSync(new URL(path, root)))))

describe('the sample models', () => {
  it('reads the fraud model: a gradient boosted binary classifier with a ZipMap', () => {
    expect(inspectFile('resources/samples/fraud/model.onnx')).toMatchObject({
      irVersion: 10,
      opsets: [
        { domain: 'ai.onnx.ml', version: 1 },
        { domain: 'ai.onnx', version: 21 },
      ],
      inputs: [{ name: 'float_input', kind: 'tensor', elementType: 'float32', shape: [null, 3] }],
      outputs: [
        { name: 'output_label', kind: 'tensor', elementType: 'int64' },
        { name: 'output_probability', kind: 'sequence', elementType: null, shape: null },
      ],
      classLabels: { labels: ['0', '1'], type: 'int64' },
      hasZipMap: true,
      family: 'tree-ensemble',
      modelType: 'TreeEnsembleClassifier',
      externalData: [],
    })
  })

  it('reads the iris model: a linear classifier of three named species', () => {
    expect(inspectFile('resources/samples/iris/model.onnx')).toMatchObject({
      classLabels: { labels: ['setosa', 'versicolor', 'virginica'], type: 'string' },
      family: 'linear',
      modelType: 'LinearClassifier',
      nodeCount: 4,
      parameterCount: 15,
      producer: { name: 'skl2onnx' },
    })
  })

  it('reads the diabetes model: a regressor without classes', () => {
    const summary = inspectFile('resources/samples/diabetes/model.onnx')
    expect(summary).toMatchObject({ classLabels: null, hasZipMap: false, family: 'tree-ensemble' })
    expect(summary.operators).toEqual([{ domain: 'ai.onnx.ml', type: 'TreeEnsembleRegressor', count: 1 }])
    expect(summary.parameterCount).toBeGreaterThan(100)
  })

  it('reads a model with one input per column', () => {
    const { inputs } = inspectFile('test/fixtures/onnx/columns.onnx')
    expect(inputs.map((input) => [input.name, input.elementType])).toEqual([
      ['city', 'string'],
      ['income', 'float32'],
      ['balance', 'float32'],
      ['visits', 'int64'],
    ])
  })

  it('takes the labels from the classifier when there is no ZipMap', () => {
    const species = { labels: ['setosa', 'versicolor', 'virginica'], type: 'string' }
    expect(inspectFile('test/fixtures/onnx/string_labels_nozipmap.onnx')).toMatchObject({
      hasZipMap: false,
      classLabels: species,
    })
    expect(inspectFile('test/fixtures/onnx/tensor_label_only.onnx').classLabels).toEqual({
      labels: ['0', '1', '2'],
      type: 'int64',
    })
  })

  it('recognizes one dense layer as linear', () => {
    expect(inspectFile('test/fixtures/onnx/double.onnx')).toMatchObject({
      family: 'linear',
      modelType: 'MatMul',
    })
  })

  it('names tensors whose data lies in another file', () => {
    expect(inspectFile('test/fixtures/onnx/external-data.onnx').externalData.length).toBeGreaterThan(0)
  })
})

describe('what a file may say', () => {
  it('keeps metadata named __proto__ as plain text', () => {
    const summary = inspectOnnx(
      readOnnx(buildModel({ extra: [entry('__proto__', 'x'), entry('owner', 'risk')] })),
    )
    expect(Object.entries(summary.metadata)).toEqual([
      ['__proto__', 'x'],
      ['owner', 'risk'],
    ])
    expect(Object.getPrototypeOf(summary.metadata)).toBe(Object.prototype)
  })

  it('is not fooled by operators and attributes named like object members', () => {
    const odd = node('constructor', '', message(5, text(1, '__proto__')))
    expect(inspectOnnx(readOnnx(buildModel({ nodes: [odd] }))).operators).toEqual([
      { domain: 'ai.onnx', type: 'constructor', count: 1 },
    ])
  })

  it('counts the operators of a function in place of its calls', () => {
    const twice = message(25, text(1, 'Twice'), text(10, 'local.fn'), node('Add').fill(0x3a, 0, 1))
    const summary = inspectOnnx(
      readOnnx(buildModel({ nodes: [node('Twice', 'local.fn')], extra: [twice], opsets: [opset('', 18)] })),
    )
    expect(summary.operators).toEqual([{ domain: 'ai.onnx', type: 'Add', count: 1 }])
  })

  it('finds labels behind an ArrayFeatureExtractor, as scikit-learn pipelines write them', () => {
    const classes = message(5, number(1, 2), number(2, 7), text(8, 'classes'), number(7, 30), number(7, 40))
    const pick = message(1, text(1, 'classes'), text(1, 'x'), text(2, 'p'), text(4, 'ArrayFeatureExtractor'))
    const cast = message(1, text(1, 'p'), text(2, 'y'), text(4, 'Cast'))
    const label = message(12, text(1, 'y'), message(2, message(1, number(1, 7))))
    const graph = message(7, classes, pick, cast, label)
    expect(inspectOnnx(readOnnx(join(number(1, 9), graph))).classLabels).toEqual({
      labels: ['30', '40'],
      type: 'int64',
    })
  })

  it.each(['nonsense', '[]', '{"labels":[1],"type":"int64"}', '{"labels":["a"],"type":"other"}', 'null'])(
    'ignores a note of class labels that is not ours: %s',
    (note) => {
      const bytes = buildModel({ extra: [entry('plumbline.class_labels', note)] })
      expect(inspectOnnx(readOnnx(bytes)).classLabels).toBeNull()
    },
  )
})

import { readFileSync } from 'node:fs'
import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { checkServable, explainLoadFailure } from '../../../main/formats/onnx/check-onnx'
import { inspectOnnx } from '../../../main/formats/onnx/inspect-onnx'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { buildModel, join, message, node, number, opset, tensorValue, text } from './build-onnx'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/onnx/${name}.onnx`, import.meta.url)))
const check = (bytes: Uint8Array) => () => checkServable(inspectOnnx(readOnnx(bytes)))

async function failureOf(bytes: Uint8Array): Promise<string> {
  try {
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 })
    await session.release()
    return 'loaded'
  } catch (error) {
    return (error as Error).message
  }
}

describe('what is refused before it is loaded', () => {
  it.each([
    'columns',
    'double',
    'tensor_label_only',
    'string_labels_nozipmap',
    'no-batch',
    'nan-output',
    'slow',
  ])('accepts %s', (name) => expect(check(fixture(name))).not.toThrow())

  it.each([
    ['external-data', 'save the model with everything in one file'],
    ['future-opset', 'opset 99 of ai.onnx; the newest that can be run is 26'],
    ['unknown-operator', 'operator "Frobnicate" does not exist'],
    ['custom-domain', 'belongs to the domain "com.example"'],
  ])('refuses %s', (name, words) => {
    expect(check(fixture(name))).toThrow(expect.objectContaining({ code: 'unsupported' }))
    expect(check(fixture(name))).toThrow(words)
  })

  it('refuses a training graph', () => {
    const bytes = buildModel({ nodes: [node('Gradient', 'ai.onnx.preview.training')] })
    expect(check(bytes)).toThrow('is for training')
  })

  it('refuses an input that is a map', () => {
    const map = message(11, text(1, 'm'), message(2, message(5, number(1, 8))))
    const graph = message(7, node('Relu'), map, tensorValue(12, 'y'))
    expect(check(join(number(1, 9), graph, opset('', 18)))).toThrow('input "m" is a map')
  })

  it('refuses a graph without inputs', () => {
    const graph = message(7, node('Relu'), tensorValue(12, 'y'))
    expect(check(join(number(1, 9), graph, opset('', 18)))).toThrow('no input')
  })

  it.each([
    ['ai.onnx', '', 26, node('Relu')],
    ['ai.onnx.ml', 'ai.onnx.ml', 5, node('Normalizer', 'ai.onnx.ml')],
    ['com.microsoft', 'com.microsoft', 1, node('Gelu', 'com.microsoft')],
  ])('draws the line of %s where onnxruntime draws it', async (...row) => {
    const [, domain, newest, only] = row
    const build = (version: number) =>
      buildModel({
        nodes: [only],
        opsets: domain === '' ? [opset('', version)] : [opset('', 18), opset(domain, version)],
      })
    expect(check(build(newest))).not.toThrow()
    expect(await failureOf(build(newest))).toBe('loaded')
    expect(check(build(newest + 1))).toThrow('the newest that can be run is')
    expect(await failureOf(build(newest + 1))).toContain(`till opset ${newest}`)
  })

  it('draws the line of the IR version where onnxruntime draws it', async () => {
    expect(check(buildModel({ ir: 13 }))).not.toThrow()
    expect(await failureOf(buildModel({ ir: 13 }))).toBe('loaded')
    expect(check(buildModel({ ir: 14 }))).toThrow('IR version 14')
    expect(await failureOf(buildModel({ ir: 14 }))).toContain('max supported IR version: 13')
  })
})

describe('what onnxruntime refuses', () => {
  const two = message(1, text(1, 'x'), text(1, 'x'), text(2, 'y'), text(4, 'Relu'))
  const missing = message(1, text(1, 'q'), text(2, 'y'), text(4, 'Relu'))
  const elsewhere = message(1, text(1, 'x'), text(2, 'z'), text(4, 'Relu'))
  const attribute = message(5, text(1, 'wobble'), number(3, 1), number(20, 2))
  it.each([
    ['garbage', new Uint8Array(50).fill(0xff), 'damaged, cut short or not an ONNX model'],
    ['an operator nobody knows', fixture('unknown-operator'), 'operator "Frobnicate" does not exist'],
    [
      'an operator of another domain',
      fixture('custom-domain'),
      'operator "Scale" of the domain "com.example"',
    ],
    ['a future opset', fixture('future-opset'), 'opset 99 of ai.onnx; the newest that can be run is 26'],
    ['no opset', buildModel({ opsets: [] }), 'does not say which opset'],
    ['a future IR version', buildModel({ ir: 40 }), 'IR version 40'],
    ['too many inputs', buildModel({ nodes: [two] }), 'operator "Relu" has 2 inputs; it takes 1'],
    [
      'an input nobody makes',
      buildModel({ nodes: [missing] }),
      'reads "q", which nothing in the graph makes',
    ],
    [
      'an output nobody makes',
      buildModel({ nodes: [elsewhere] }),
      'nothing in the graph makes the output "y"',
    ],
    [
      'the same output twice',
      buildModel({ nodes: [node('Relu'), node('Tanh')] }),
      'two operators make the same value "y"',
    ],
    ['a missing attribute', buildModel({ nodes: [node('Cast')] }), 'lacks its attribute "to"'],
    [
      'an unknown attribute',
      buildModel({ nodes: [node('Relu', '', attribute)] }),
      'has no attribute "wobble"',
    ],
    [
      'no attributes at all',
      buildModel({ nodes: [node('Scaler', 'ai.onnx.ml')], opsets: [opset('', 18), opset('ai.onnx.ml', 3)] }),
      'contradict each other (scaler): Empty scale in attributes',
    ],
    [
      'a type nobody runs',
      buildModel({ nodes: [node('GivenTensorFill')], opsets: [opset('', 9)] }),
      'cannot be run on this machine',
    ],
  ])('is explained: %s', async (_what, bytes, words) => {
    const failure = await failureOf(bytes)
    const explained = explainLoadFailure(failure)
    expect(explained, failure).toContain(words)
    expect(explained).not.toMatch(/onnxruntime_src|\n/)
  })

  it('is explained when weights lie in another file, when types clash and when sizes do not fit', () => {
    expect(
      explainLoadFailure(
        'External data path validation failed for initializer: W. Error: External data path for model loaded from bytes escapes working directory.',
      ),
    ).toContain('the data of "W" lies in another file')
    expect(
      explainLoadFailure(
        'Type Error: Type parameter (T) of Optype (Add) bound to different types (tensor(float) and tensor(int64) in node ().',
      ),
    ).toContain('operator "Add" is given both tensor(float) and tensor(int64)')
    expect(
      explainLoadFailure(
        'Node () Op (MatMul) [ShapeInferenceError] Incompatible dimensions for matrix multiplication',
      ),
    ).toContain('operator "MatMul" do not fit together: Incompatible dimensions')
  })

  it('is passed on without source paths when it is of an unknown sort', () => {
    expect(explainLoadFailure('/onnxruntime_src/core/x.cc:12 void f(int) Something new\nmore')).toBe(
      'onnxruntime cannot load the model: Something new',
    )
  })
})

import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { inspectOnnx } from '../../../main/formats/onnx/inspect-onnx'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { removeZipMap } from '../../../main/formats/onnx/remove-zipmap'
import { buildModel, message, node, opset, text } from './build-onnx'

type Expected = Record<
  string,
  {
    model: string
    records: { inputs: Record<string, number>; label: string; probabilities: Record<string, number> }[]
  }
>

const root = new URL('../../../', import.meta.url)
const load = (path: string) => new Uint8Array(readFileSync(new URL(path, root)))
const expected = JSON.parse(Buffer.from(load('test/fixtures/onnx/expected.json')).toString()) as Expected
const options = { intraOpNumThreads: 1, interOpNumThreads: 1 }

async function run(bytes: Uint8Array, rows: number[][], fetches?: string[]) {
  const session = await InferenceSession.create(bytes, options)
  const feeds = { float_input: new Tensor('float32', rows.flat(), [rows.length, rows[0]!.length]) }
  const result = fetches === undefined ? await session.run(feeds) : await session.run(feeds, fetches)
  await session.release()
  return result
}

describe.each(['fraud', 'iris'])('the patched copy of %s', (name) => {
  const original = load(`resources/samples/${name}/model.onnx`)
  const patched = removeZipMap(readOnnx(original))!
  const before = inspectOnnx(readOnnx(original))
  const after = inspectOnnx(readOnnx(patched.bytes))
  const { records } = expected[name]!
  const rows = records.map((record) => Object.values(record.inputs))

  it('answers the probabilities that the original gives', async () => {
    const result = await run(patched.bytes, rows)
    const classes = before.classLabels!.labels
    expect(result.output_probability!.dims).toEqual([rows.length, classes.length])
    records.forEach((record, row) => {
      classes.forEach((label, column) => {
        const answer = Number(result.output_probability!.data[row * classes.length + column])
        expect(answer).toBeCloseTo(record.probabilities[label]!, 6)
      })
    })
  })

  it('answers the labels that the original gives', async () => {
    const labels = (await run(patched.bytes, rows)).output_label!.data
    expect(Array.from(labels as ArrayLike<unknown>, String)).toEqual(records.map((record) => record.label))
    expect((await run(original, rows, ['output_label'])).output_label!.data).toEqual(labels)
  })

  it('describes itself: tensor output, same classes, nothing else changed', () => {
    const classes = before.classLabels!.labels.length
    expect(patched.removed).toBe(1)
    expect(after.hasZipMap).toBe(false)
    expect(after.outputs[1]).toMatchObject({ kind: 'tensor', elementType: 'float32', shape: [null, classes] })
    expect(JSON.parse(after.metadata['plumbline.class_labels']!)).toEqual(before.classLabels)
    expect(after).toMatchObject({
      classLabels: before.classLabels,
      inputs: before.inputs,
      opsets: before.opsets,
      producer: before.producer,
      nodeCount: before.nodeCount,
      parameterCount: before.parameterCount,
    })
  })

  it('has nothing left to remove', () => {
    expect(removeZipMap(readOnnx(patched.bytes))).toBeNull()
  })
})

describe('a ZipMap in unusual company', () => {
  const zipMap = message(1, text(1, 'x'), text(2, 'm'), text(4, 'ZipMap'), text(7, 'ai.onnx.ml'))
  const reader = (type: string) => message(1, text(1, 'm'), text(2, 'y'), text(4, type))

  it('is removed behind an Identity, and the opset that Identity needs is added', async () => {
    const bytes = buildModel({ nodes: [zipMap, reader('Identity')], opsets: [opset('ai.onnx.ml', 3)] })
    const patched = removeZipMap(readOnnx(bytes))!
    const summary = inspectOnnx(readOnnx(patched.bytes))
    expect(summary.outputs[0]).toMatchObject({ kind: 'tensor', shape: [null, null] })
    expect(summary.opsets).toContainEqual({ domain: 'ai.onnx', version: 13 })
    await (await InferenceSession.create(patched.bytes, options)).release()
  })

  it('is refused when another operator reads its maps', () => {
    const bytes = buildModel({ nodes: [zipMap, reader('SequenceAt')] })
    expect(() => removeZipMap(readOnnx(bytes))).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  it('of another domain is left alone', () => {
    expect(removeZipMap(readOnnx(buildModel({ nodes: [node('ZipMap', 'my.own')] })))).toBeNull()
  })
})

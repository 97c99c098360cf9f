import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { LooseForest } from '../../../main/formats/onnx/forest'
import { BRANCH, findLeaf } from '../../../main/formats/onnx/forest'
import { GraphBuilder } from '../../../main/formats/onnx/graph-builder'
import { readTreeEnsemble5 } from '../../../main/formats/onnx/read-forest'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { addForest } from '../../../main/formats/onnx/write-forest'
import {
  addComplement,
  addFineSigmoid,
  addShare,
  addSigmoid,
  addSoftmax,
} from '../../../main/formats/onnx/write-links'

async function run(bytes: Uint8Array, rows: number[][]): Promise<number[]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const feeds = { X: new Tensor('float64', rows.flat(), [rows.length, rows[0]!.length]) }
  const outputs = await session.run(feeds)
  return Array.from(outputs.out!.data as Float64Array)
}

const leaf = (weights: readonly (readonly [number, number])[], cover: number) => ({
  column: -1,
  mode: 0,
  threshold: 0,
  missingYes: false,
  yes: -1,
  no: -1,
  cover,
  weights,
})

const FOREST: LooseForest = {
  targets: 2,
  roots: [0, 5],
  sets: [[1, 4, 7]],
  base: [0.5, -0.25],
  nodes: [
    {
      column: 0,
      mode: BRANCH.leq,
      threshold: 0.1 + 0.2,
      missingYes: true,
      yes: 1,
      no: 2,
      cover: 10,
      weights: [],
    },
    leaf(
      [
        [0, 1.1],
        [1, -1],
      ],
      4,
    ),
    { column: 1, mode: BRANCH.member, threshold: 0, missingYes: false, yes: 3, no: 4, cover: 6, weights: [] },
    leaf(
      [
        [0, 2],
        [1, 0.1],
      ],
      2,
    ),
    leaf(
      [
        [0, 3],
        [1, 0.7],
      ],
      4,
    ),
    leaf([[1, 1e-3]], 10),
  ],
}

describe('graph builder', () => {
  it('writes trees in double precision that run, and that are read back with their covers', async () => {
    const builder = new GraphBuilder()
    const sums = addForest(builder, builder.input('X', 'float64', 2), FOREST)
    builder.output('out', sums, { type: 'float64', width: 2 })
    const bytes = builder.finish()
    const rows = [
      [0.30000000000000004, 1],
      [0.3000000000000001, 4],
      [5, 2],
      [Number.NaN, 9],
      [1, Number.NaN],
    ]
    const expected = [
      [1.6, -1.249],
      [2.5, -0.149],
      [3.5, 0.451],
      [1.6, -1.249],
      [3.5, 0.451],
    ]
    const answers = await run(bytes, rows)
    expected.flat().forEach((value, index) => expect(answers[index]).toBeCloseTo(value, 12))

    const model = readOnnx(bytes)
    const { forest } = readTreeEnsemble5(
      model,
      model.graph.nodes.find((node) => node.opType === 'TreeEnsemble')!,
    )
    expect(forest.cover).not.toBeNull()
    expect(forest.cover?.[findLeaf(forest, forest.roots[0]!, [5, 4])]).toBe(2)
  })

  it('turns sums into probabilities that add up to one', async () => {
    const answer = async (link: (builder: GraphBuilder, sums: string) => string, row: number[]) => {
      const builder = new GraphBuilder()
      const out = link(builder, builder.input('X', 'float64', row.length))
      builder.output('out', out, { type: 'float64', width: null })
      return run(builder.finish(), [row])
    }
    const positive = 1 / (1 + Math.exp(-0.7))
    expect(await answer((builder, sums) => addComplement(builder, addSigmoid(builder, sums)), [0.7])).toEqual(
      [1 - positive, positive],
    )
    const [first, second] = await answer(addSoftmax, [2, 1])
    expect(first! + second!).toBeCloseTo(1, 15)
    expect(first! / second!).toBeCloseTo(Math.E, 12)
    expect(await answer(addShare, [1, 3])).toEqual([0.25, 0.75])
  })

  it('keeps an output apart from an input of the same name', async () => {
    const builder = new GraphBuilder()
    const input = builder.input('label', 'float64', 1)
    const name = builder.output('label', builder.add('Neg', [input]), { type: 'float64', width: 1 })
    const session = await InferenceSession.create(builder.finish())
    const outputs = await session.run({ label: new Tensor('float64', [2], [1, 1]) })
    expect(name).not.toBe('label')
    expect(outputs[name]?.data).toEqual(Float64Array.of(-2))
  })

  it('keeps small shares that the Sigmoid of onnxruntime rounds to nothing', async () => {
    const builder = new GraphBuilder()
    const shares = addShare(builder, addFineSigmoid(builder, builder.input('X', 'float64', 2)))
    builder.output('out', shares, { type: 'float64', width: 2 })
    const [first, second] = await run(builder.finish(), [[-50, -51]])
    expect(first! / second!).toBeCloseTo(Math.E, 12)
  })

  it.each(['Mul', 'Div'] as const)(
    'scales by one number beside MatMul without rounding it to float32: %s',
    async (operator) => {
      for (const isBefore of [true, false]) {
        const builder = new GraphBuilder()
        const scale = builder.numbers([0.1], [1, 1])
        const weight = builder.numbers([3], [1, 1])
        const input = builder.input('X', 'float64', 1)
        const product = isBefore
          ? builder.add('MatMul', [builder.add(operator, [input, scale]), weight])
          : builder.add(operator, [builder.add('MatMul', [input, weight]), scale])
        builder.output('out', product, { type: 'float64', width: 1 })
        const expected = operator === 'Mul' ? 7 * 3 * 0.1 : (7 * 3) / 0.1
        const [answer] = await run(builder.finish(), [[7]])
        expect(Math.abs(answer! / expected - 1)).toBeLessThan(1e-15)
      }
    },
  )

  it('repeats a loop until its body says that it is done, and no more often than told', async () => {
    const double = async (most: number) => {
      const builder = new GraphBuilder()
      const step = builder.numbers([2])
      const value = builder.addLoop(builder.input('X', 'float64', 2), { most, width: 2 }, (body, before) => {
        const next = body.add('Mul', [before, step])
        const largest = body.add('ReduceMax', [next], { attributes: { keepdims: { int: 0 } } })
        return { value: next, goesOn: body.add('Less', [largest, body.numbers([100])]) }
      })
      builder.output('out', value, { type: 'float64', width: 2 })
      return run(builder.finish(), [[1, 3]])
    }
    expect(await double(50)).toEqual([64, 192])
    expect(await double(2)).toEqual([4, 12])
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BodyModel } from '../../../main/core/explanations/body-model'
import { toModelColumns } from '../../../main/core/explanations/body-model'
import { planExact } from '../../../main/core/explanations/exact-plan'
import type { ExplainedRow } from '../../../main/core/explanations/explain-by-walk'
import { chooseMargin } from '../../../main/core/explanations/margin'
import { planPermutations } from '../../../main/core/explanations/permutation-plan'
import { createRandom } from '../../../main/core/random'
import { computeRawSums } from '../../../main/core/explanations/raw-sums'
import { layOutForest } from '../../../main/formats/onnx/forest'
import type { LooseNode } from '../../../main/formats/onnx/forest'
import { EXPLANATION_FIXTURES, readBody, REFERENCES, toBodyModel, walkRows } from './bodies'

const file = (name: string): string => join(EXPLANATION_FIXTURES, `${name}.onnx`)
type Row = readonly (number | string)[]

/** What planned masks say about the margin, by mixing the raw values. */
function ask(
  model: BodyModel,
  plan: ReturnType<typeof planExact>,
  game: { row: Row; background: Row[]; classIndex: number },
) {
  const { coefficients } = chooseMargin(model.body, { classIndex: game.classIndex, isProbability: true })
  const margin = (row: Row): number =>
    computeRawSums(model.body, toModelColumns(model, row)).reduce(
      (total, sum, target) => total + sum * coefficients[target]!,
      0,
    )
  const values = plan.masks.map(
    (mask) =>
      game.background.reduce(
        (sum, other) => sum + margin(other.map((value, at) => (mask[at] === 1 ? game.row[at]! : value))),
        0,
      ) / game.background.length,
  )
  return plan.attribute(values)
}

function expectSame(row: ExplainedRow, exact: ReturnType<ReturnType<typeof planExact>['attribute']>): void {
  expect(Math.abs(row.bias - exact.bias)).toBeLessThan(1e-9)
  expect(Math.abs(row.margin - exact.margin)).toBeLessThan(1e-9)
  row.contributions.forEach((value, index) => {
    expect(Math.abs(value - exact.contributions[index]!)).toBeLessThan(1e-9)
  })
}

describe('trees and weights say what asking about every subset says', () => {
  it('for each class of a softmax over three', () => {
    const { background, records } = REFERENCES['forest-classifier']
    const model = toBodyModel(readBody(file('boosted-classes'), 'probabilities', { X: 4 })!, background)
    for (const classIndex of [0, 1, 2]) {
      const [row] = walkRows({
        model,
        rows: [records[classIndex]!],
        classes: [classIndex],
        isProbability: true,
      })
      expect(row!.space).toBe('log-odds')
      const game = { row: records[classIndex]!, background: [...background], classIndex }
      expectSame(row!, ask(model, planExact(4), game))
    }
  })

  it.each(['columns-boosted', 'columns-logistic'])(
    'for %s, whose text is three columns of the model and one feature',
    (name) => {
      const rows = readFileSync(join(EXPLANATION_FIXTURES, 'columns.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1, 60)
        .map((line): Row => {
          const [age, income, city] = line.trim().split(',')
          return [Number(age), Number(income), city!]
        })
      const body = readBody(file(name), 'probabilities', { age: 1, income: 1, city: 1 })!
      const inputs = ['age', 'income', 'city']
      const players = body.columns.map(({ origin }) => inputs.indexOf(origin!.input))
      const isText = players.map((player) => player === 2)
      const background = rows.slice(0, 40)
      const columns = background.flatMap((row) => [...toModelColumns({ body, players, isText }, row)])
      const model: BodyModel = {
        body,
        features: 3,
        players,
        isText,
        background: Float64Array.from(columns),
        backgroundRows: 40,
      }
      expect(players.filter((player) => player === 2)).toHaveLength(3)
      for (const row of rows.slice(50, 54)) {
        const [explained] = walkRows({ model, rows: [row], classes: [1], isProbability: true })
        expect(explained!.space).toBe('log-odds')
        expectSame(explained!, ask(model, planExact(3), { row, background, classIndex: 1 }))
      }
    },
  )

  it('within four standard errors for random orders, which add up by construction', () => {
    const { background, records } = REFERENCES.covers
    const body = readBody(file('covers'), 'variable', { X: 10 })!
    const others = [...REFERENCES.diabetes.background].slice(0, 20)
    const model = toBodyModel(body, [...background, ...others])
    const game = { row: records[2]!.map(Math.fround), background: [...background, ...others], classIndex: 0 }
    const exact = ask(model, planExact(10), game)
    const sampled = ask(model, planPermutations(10, { pairs: 24, random: createRandom(1) }), game)
    const sum = sampled.contributions.reduce((total, value) => total + value, sampled.bias)
    expect(Math.abs(sum - sampled.margin)).toBeLessThan(1e-9)
    expect(Math.max(...sampled.standardErrors!)).toBeGreaterThan(0)
    exact.contributions.forEach((value, index) => {
      const error = Math.abs(value - sampled.contributions[index]!)
      expect(error).toBeLessThanOrEqual(4 * sampled.standardErrors![index]! + 1e-9)
    })
  })
})

const leaf = (weight: number, cover = 0): LooseNode => ({
  column: -1,
  mode: 0,
  threshold: 0,
  missingYes: false,
  yes: -1,
  no: -1,
  cover,
  weights: [[0, weight]],
})
const branch = (column: number, children: readonly [number, number], cover = 0): LooseNode => ({
  column,
  mode: 0,
  threshold: 0.5,
  missingYes: false,
  yes: children[0],
  no: children[1],
  cover,
  weights: [],
})

function grow(
  nodes: readonly LooseNode[],
  features: number,
  background: readonly (readonly number[])[],
): BodyModel {
  const forest = layOutForest({ targets: 1, roots: [0], nodes, sets: [], base: [0] })
  const columns = Array.from({ length: features }, (_, column) => ({
    origin: { input: 'x', column },
    term: { kind: 'source' } as const,
  }))
  return toBodyModel({ part: { kind: 'forest', forest }, columns, link: [] }, background)
}
const explainOne = (model: BodyModel, row: readonly number[]): ExplainedRow =>
  walkRows({ model, rows: [row], classes: [0], isProbability: false })[0]!

describe('small trees, by hand', () => {
  it('give a single split its whole effect', () => {
    const row = explainOne(grow([branch(0, [1, 2]), leaf(10), leaf(30)], 2, [[0, 0]]), [1, 1])
    expect(row).toMatchObject({ bias: 10, contributions: [20, 0], margin: 30 })
  })

  it('share an interaction equally: x0 and x1 gives 8, else 0', () => {
    const nodes = [branch(0, [1, 2]), leaf(0), branch(1, [3, 4]), leaf(0), leaf(8)]
    expect(explainOne(grow(nodes, 2, [[0, 0]]), [1, 1])).toMatchObject({ bias: 0, contributions: [4, 4] })
    // With half of the background having x1: v({}) = 0, v(0) = 4, v(1) = 0, v(both) = 8.
    expect(
      explainOne(
        grow(nodes, 2, [
          [0, 0],
          [0, 1],
        ]),
        [1, 1],
      ),
    ).toMatchObject({ bias: 0, contributions: [6, 2] })
  })

  it('follow covers where there is no background: three quarters of the rows went left', () => {
    const nodes = [branch(0, [1, 2], 8), leaf(10, 6), leaf(30, 2)]
    expect(explainOne(grow(nodes, 1, [[0]]), [1])).toMatchObject({
      method: 'path-dependent-tree',
      bias: 15,
      contributions: [15],
      margin: 30,
    })
  })

  it('ask one feature twice on a way', () => {
    const nodes = [branch(0, [1, 2]), { ...branch(0, [3, 4]), threshold: 0.2 }, leaf(3), leaf(1), leaf(2)]
    expect(explainOne(grow(nodes, 1, [[0]]), [0.3])).toMatchObject({ bias: 1, contributions: [1], margin: 2 })
  })

  it('are refused when they are no trees', () => {
    expect(() => grow([branch(0, [0, 1]), leaf(1)], 1, [[0]])).toThrow(/two branches lead to one node/)
    expect(() => grow([branch(0, [1, 7]), leaf(1)], 1, [[0]])).toThrow(/not there/)
  })
})

describe('what graphs hold', () => {
  it('is read of the trees of ai.onnx.ml 5: sets, double splits and missing values', () => {
    const body = readBody(file('tree-ensemble-5'), 'y', { x: 3 })!
    const sum = (...row: number[]): number => computeRawSums(body, Float64Array.from(row))[0]!
    expect(sum(0.1, 3, 6)).toBe(11)
    expect(sum(0.1, 2, 5)).toBe(22)
    expect(sum(0.10000000149011612, 3, Number.NaN)).toBe(31)
  })

  it('is read of double tensors, without rounding', () => {
    const body = readBody(file('doubles'), 'y', { x: 1 })!
    expect(computeRawSums(body, Float64Array.of(0.09999999999999999))).toEqual([1.5])
    expect(computeRawSums(body, Float64Array.of(0.1))).toEqual([2.5])
  })

  it('is read of a linear regression, and not of a network', () => {
    expect(readBody(file('ridge'), 'variable', { X: 12 })?.part.kind).toBe('linear')
    expect(readBody(file('network'), 'variable', { X: 12 })).toBeNull()
  })
})

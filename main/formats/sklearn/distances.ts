// Distances between rows and fixed points, summed column by column: exact for equal points, as a kd-tree computes them.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Estimator } from './estimator'
import type { Matrix } from './matrices'
import { transpose } from './matrices'

/** Nodes and constants are written per column. */
const MOST_COLUMNS = 5_000

/**
 * Σ |x - point|^power over the columns, or the largest |x - point| for an infinite power: [N, points]. Column by
 * column in order, so that nothing of [N, points, columns] is ever held, and equal points have equal distances.
 */
export function addReducedDistances(
  builder: GraphBuilder,
  table: string,
  { points, power }: { readonly points: Matrix; readonly power: number },
): string {
  const { rows, columns, values } = points
  const split = builder.integers(new Array<number>(columns).fill(1))
  const parts = builder.addMany(
    'Split',
    { inputs: [table, split], outputs: columns },
    { attributes: { axis: { int: 1 } } },
  )
  let total: string | null = null
  parts.forEach((part, column) => {
    const ofPoints = Float64Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? 0)
    const gap = builder.add('Sub', [part, builder.numbers(ofPoints, [1, rows])])
    const term = addPower(builder, gap, power)
    if (total === null) total = term
    else total = builder.add(power === Infinity ? 'Max' : 'Add', [total, term])
  })
  return total ?? ''
}

type Centred = { readonly table: string; readonly ranks: string }

/**
 * |x - point|² - |x - centre|² by one product of matrices, around the points' centre: [N, points]. Ranks the points of a
 * row; exact up to 2⁻⁵² of |x - centre| · |point - centre|.
 */
function addCentredRanks(builder: GraphBuilder, table: string, points: Matrix): Centred {
  const { rows, columns, values } = points
  const centre = new Float64Array(columns)
  values.forEach((value, at) => (centre[at % columns] = (centre[at % columns] ?? 0) + value / rows))
  const gaps = values.map((value, at) => value - (centre[at % columns] ?? 0))
  const norms = Float64Array.from({ length: rows }, (_, row) =>
    gaps.subarray(row * columns, (row + 1) * columns).reduce((sum, gap) => sum + gap * gap, 0),
  )
  const doubled = transpose({ rows, columns, values: gaps.map((gap) => -2 * gap) })
  const centred = builder.add('Sub', [table, builder.numbers(centre, [1, columns])])
  const products = builder.add('MatMul', [centred, builder.numbers(doubled.values, [columns, rows])])
  return { table: centred, ranks: builder.add('Add', [products, builder.numbers(norms, [1, rows])]) }
}

/** |x - point|² as `addCentredRanks` computes it: [N, points]. Faster than column by column, and not as exact. */
export function addFastSquares(builder: GraphBuilder, table: string, points: Matrix): string {
  const { table: centred, ranks } = addCentredRanks(builder, table, points)
  const squares = builder.add('Mul', [centred, centred])
  const norm = builder.add('ReduceSum', [squares, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  return builder.add('Relu', [builder.add('Add', [ranks, norm])])
}

/** The largest |point - centre|², which bounds the error of `addFastSquares` around the points. */
export function spreadOf({ rows, columns, values }: Matrix): number {
  const sums = new Float64Array(columns)
  values.forEach((value, at) => (sums[at % columns] = (sums[at % columns] ?? 0) + value / rows))
  const norms = new Float64Array(rows)
  values.forEach((value, at) => {
    const row = Math.floor(at / columns)
    norms[row] = (norms[row] ?? 0) + (value - (sums[at % columns] ?? 0)) ** 2
  })
  return norms.reduce((most, norm) => Math.max(most, norm), 0)
}

/** So many points more than asked for are compared exactly. */
const SPARE = 16

/**
 * The nearest points by euclidean distance: their squared distances [N, count] and rows int64 [N, count]. Candidates
 * are found by `addCentredRanks` and compared exactly, summed column by column as a kd-tree does; of equally far ones
 * the first rows come first.
 */
export function addNearest(
  builder: GraphBuilder,
  table: string,
  { points, count }: { readonly points: Matrix; readonly count: number },
): { readonly reduced: string; readonly rows: string } {
  const { rows, columns, values } = points
  const smallest = (of: string, howMany: number): readonly string[] =>
    builder.addMany(
      'TopK',
      { inputs: [of, builder.integers([howMany])], outputs: 2 },
      { attributes: { axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } } },
    )
  const many = Math.min(rows, count + SPARE)
  const [, found = ''] = smallest(addCentredRanks(builder, table, points).ranks, many)
  const [candidates = ''] = smallest(found, many)
  const near = builder.add('Gather', [builder.numbers(values, [rows, columns]), candidates])
  const gap = builder.add('Sub', [near, builder.add('Unsqueeze', [table, builder.integers([1])])])
  const sums = builder.add('CumSum', [builder.add('Mul', [gap, gap]), builder.integers([2], [])])
  const squares = builder.add('Gather', [sums, builder.integers([columns - 1], [])], {
    attributes: { axis: { int: 2 } },
  })
  const [reduced = '', places = ''] = smallest(squares, count)
  const nearest = builder.add('GatherElements', [candidates, places], { attributes: { axis: { int: 1 } } })
  return { reduced, rows: nearest }
}

function addPower(builder: GraphBuilder, gap: string, power: number): string {
  if (power === 2) return builder.add('Mul', [gap, gap])
  const size = builder.add('Abs', [gap])
  return power === 1 || power === Infinity ? size : builder.add('Pow', [size, builder.numbers([power])])
}

/** The distance itself, from what `addReducedDistances` gives. */
export function addDistanceRoot(builder: GraphBuilder, reduced: string, power: number): string {
  if (power === 1 || power === Infinity) return reduced
  return power === 2
    ? builder.add('Sqrt', [reduced])
    : builder.add('Pow', [reduced, builder.numbers([1 / power])])
}

/** Refuses points that would make the file large: all of them are written into it. */
export function requireFewPoints(estimator: Estimator, points: Matrix, limit: number): Matrix {
  const size = points.rows * points.columns
  if (size > limit)
    return estimator.refuse(
      `it keeps ${points.rows} rows of ${points.columns} columns, which is ${size} numbers; at most ${limit} are ` +
        'written into a file. Fit it on fewer rows, or use a model that does not keep them',
    )
  if (points.columns > MOST_COLUMNS)
    return estimator.refuse(`it compares ${points.columns} columns; at most ${MOST_COLUMNS} are supported`)
  return points
}

// QuantileTransformer: the share of the training data below a value, as it is or as a normal deviate.
import type { GraphBuilder } from '../onnx/graph-builder'
import { joinPieces } from './categories'
import type { Converter, ConverterTable } from './conversion'
import { passAll } from './column-needs'
import type { Estimator } from './estimator'
import { numberFrame, pickColumns, widthOf } from './frame'
import { addNormalQuantile } from './normal-quantile'
import { FLOAT64, addClip, requireNumbers } from './scalers'

/** Shares this near to 0 and 1 count as 0 and 1, `BOUNDS_THRESHOLD` of scikit-learn. */
const EDGE = 1e-7
/** norm.ppf of EDGE - spacing(1) and of what it lacks to 1, where scikit-learn clips normal deviates. */
const FARTHEST = [-5.199337582605575, 5.19933758270342] as const

type Knots = { readonly places: readonly number[]; readonly shares: readonly number[] }

/** How many of the columns of [N, places] are true, as whole numbers [N, 1]. */
function addCount(builder: GraphBuilder, compared: string): string {
  const flags = builder.add('Cast', [compared], { attributes: { to: { int: FLOAT64 } } })
  const count = builder.add('ReduceSum', [flags, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  return builder.add('Cast', [count], { attributes: { to: { int: INT64 } } })
}

/** TensorProto.DataType. */
const INT64 = 7

/**
 * The line through the knots at the value, which lies between the first and the last of them. Where knots share a
 * place, `last` takes the highest of them and otherwise the lowest: numpy's interp forwards and backwards.
 */
function addLine(builder: GraphBuilder, x: string, { knots, last }: { knots: Knots; last: boolean }): string {
  const { places, shares } = knots
  const pick = (values: readonly number[], index: string): string =>
    builder.add('Gather', [builder.numbers(values, [values.length]), index], {
      attributes: { axis: { int: 0 } },
    })
  const slopes = places.map((place, at) => {
    const next = last ? at + 1 : at - 1
    const run = (places[next] ?? place) - place
    return run === 0 ? 0 : ((shares[next] ?? 0) - (shares[at] ?? 0)) / run
  })
  const row = builder.numbers(places, [1, places.length])
  const reached = addCount(builder, builder.add(last ? 'GreaterOrEqual' : 'Greater', [x, row]))
  const shifted = last ? builder.add('Sub', [reached, builder.integers([1], [])]) : reached
  const index = builder.add('Min', [
    builder.add('Max', [shifted, builder.integers([0], [])]),
    builder.integers([places.length - 1], []),
  ])
  const beyond = builder.add('Sub', [x, pick(places, index)])
  return builder.add('Add', [pick(shares, index), builder.add('Mul', [beyond, pick(slopes, index)])])
}

function addShareOf(builder: GraphBuilder, x: string, options: { knots: Knots; isNormal: boolean }): string {
  const { knots, isNormal } = options
  const [first, final] = [knots.places[0] ?? 0, knots.places.at(-1) ?? 0]
  const within = addClip({ builder }, x, [first, final])
  const lines = builder.add('Add', [
    addLine(builder, within, { knots, last: true }),
    addLine(builder, within, { knots, last: false }),
  ])
  const share = builder.add('Mul', [builder.numbers([0.5]), lines])
  const margin = builder.numbers([EDGE])
  const [low, high] = [builder.numbers([first]), builder.numbers([final])]
  const isHighest = isNormal
    ? builder.add('Greater', [builder.add('Add', [x, margin]), high])
    : builder.add('GreaterOrEqual', [x, high])
  const isLowest = isNormal
    ? builder.add('Less', [builder.add('Sub', [x, margin]), low])
    : builder.add('LessOrEqual', [x, low])
  const raised = builder.add('Where', [isHighest, builder.numbers([1]), share])
  return builder.add('Where', [isLowest, builder.numbers([0]), raised])
}

/** Clipping the share at both ends comes to the same as clipping the deviate, and keeps the logarithm finite. */
function addDeviate(builder: GraphBuilder, share: string): string {
  const deviate = addNormalQuantile(builder, addClip({ builder }, share, [EDGE / 2, 1 - EDGE / 2]))
  return addClip({ builder }, deviate, FARTHEST)
}

function readKnots(transformer: Estimator): Knots[] {
  const shares = Array.from(transformer.numbers('references_').values)
  const { values, rows, columns } = transformer.matrix('quantiles_')
  if (rows !== shares.length || rows < 2)
    return transformer.refuse('it has fewer than two quantiles per column')
  return Array.from({ length: columns }, (_, column) => ({
    places: shares.map((__, row) => values[row * columns + column] ?? 0),
    shares,
  }))
}

const QUANTILE: Converter = {
  acceptsMissing: () => true,
  passes: (transformer, inquiry, width) => passAll(inquiry.inputs(transformer, width).length, false),
  transform: (conversion, transformer, frame) => {
    const { builder } = conversion
    const isNormal = transformer.textOr('output_distribution', 'uniform') === 'normal'
    const matrix = numberFrame(requireNumbers(conversion, transformer, frame), widthOf(frame))
    const pieces = readKnots(transformer).flatMap((knots, column) =>
      pickColumns(builder, matrix, [column]).map(({ value }) => {
        if (knots.places.some(Number.isNaN))
          return transformer.refuse('a column had no values when it was fitted')
        const share = addShareOf(builder, value, { knots, isNormal })
        return isNormal ? addDeviate(builder, share) : share
      }),
    )
    return numberFrame(joinPieces(builder, pieces), pieces.length)
  },
}

export const QUANTILE_CONVERTERS: ConverterTable = { 'sklearn.QuantileTransformer': QUANTILE }

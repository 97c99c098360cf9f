// KBinsDiscretizer: the number of the interval that a value lies in, as a number or one column per interval.
import { joinPieces } from './categories'
import type { Conversion, Converter, ConverterTable } from './conversion'
import { passNone } from './column-needs'
import type { Estimator } from './estimator'
import type { Block } from './frame'
import { numberFrame, pickColumns, widthOf } from './frame'
import { readElements } from './plain-values'
import { FLOAT64, requireNumbers } from './scalers'
import { isAtLeast } from './version'

function readEdges(discretizer: Estimator): number[][] {
  return discretizer
    .items('bin_edges_')
    .map((edges) => (readElements(edges) ?? discretizer.refuse('its bin_edges_ are no arrays')).map(Number))
}

const isOneHot = (discretizer: Estimator): boolean =>
  discretizer.textOr('encode', 'onehot').startsWith('onehot')

const countBins = (discretizer: Estimator): number[] => Array.from(discretizer.numbers('n_bins_').values)

/** Values just below an edge count as above it until scikit-learn 1.0 (numpy's isclose as an allowance). */
function addAllowance({ builder }: Conversion, discretizer: Estimator, value: string): string {
  if (isAtLeast(discretizer, 1, 1)) return value
  const relative = builder.add('Mul', [builder.add('Abs', [value]), builder.numbers([1e-5])])
  return builder.add('Add', [value, builder.add('Add', [builder.numbers([1e-8]), relative])])
}

/** How many of the inner edges the value has reached: the number of its interval. */
function addCode({ builder }: Conversion, value: string, edges: readonly number[]): string {
  const inner = edges.slice(1, -1)
  if (inner.length === 0) return builder.add('Mul', [value, builder.numbers([0])])
  const reached = builder.add('GreaterOrEqual', [value, builder.numbers(inner, [1, inner.length])])
  const flags = builder.add('Cast', [reached], { attributes: { to: { int: FLOAT64 } } })
  return builder.add('ReduceSum', [flags, builder.integers([1])], { attributes: { keepdims: { int: 1 } } })
}

type Bins = { readonly edges: readonly number[]; readonly count: number }

function discretize(
  conversion: Conversion,
  discretizer: Estimator,
  options: { column: Block; bins: Bins },
): string {
  const { builder } = conversion
  const { edges, count } = options.bins
  const code = addCode(conversion, addAllowance(conversion, discretizer, options.column.value), edges)
  if (!isOneHot(discretizer)) return code
  const codes = Array.from({ length: count }, (_, bin) => bin)
  const isEqual = builder.add('Equal', [code, builder.numbers(codes, [1, codes.length])])
  return builder.add('Cast', [isEqual], { attributes: { to: { int: FLOAT64 } } })
}

const BINS: Converter = {
  passes: (discretizer) => passNone(widthAfter(discretizer)),
  transform: (conversion, discretizer, frame) => {
    const width = widthOf(frame)
    const matrix = numberFrame(requireNumbers(conversion, discretizer, frame), width)
    const counts = countBins(discretizer)
    const pieces = readEdges(discretizer).flatMap((edges, index) =>
      pickColumns(conversion.builder, matrix, [index]).map((column) =>
        discretize(conversion, discretizer, { column, bins: { edges, count: counts[index] ?? 0 } }),
      ),
    )
    return numberFrame(joinPieces(conversion.builder, pieces), widthAfter(discretizer))
  },
}

function widthAfter(discretizer: Estimator): number {
  const bins = countBins(discretizer)
  return isOneHot(discretizer) ? bins.reduce((sum, count) => sum + count, 0) : bins.length
}

export const DISCRETIZER_CONVERTERS: ConverterTable = { 'sklearn.KBinsDiscretizer': BINS }

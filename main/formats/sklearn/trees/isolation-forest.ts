import type { Converter } from '../conversion'
import type { Estimator } from '../estimator'
import { widthOf } from '../frame'
import { readColumnLists } from '../meta/column-lists'
import { addAtLeast, numbersOf } from '../scores'
import { isAtLeast } from '../version'
import type { TreeNodes } from './tree-nodes'
import { addTreeSums, readMember } from './tree-sums'

/**
 * With a contamination the limit is often the score of a row itself, and that row is no outlier. A power of two may
 * differ in its last digit from one machine to the next; paths that differ do so by far more.
 */
const LIMIT = -1e-14

const EULER_GAMMA = 0.5772156649015329

/** Mean path length of an isolation tree over so many rows (Liu, Ting, Zhou: Isolation Forest, 2008). */
function averagePathLength(rows: number): number {
  if (rows <= 1) return 0
  if (rows === 2) return 1
  return 2 * (Math.log(rows - 1) + EULER_GAMMA) - (2 * (rows - 1)) / rows
}

/** How long the path to every leaf is: its levels, and what a tree that went on would have added. */
function measurePaths({ left, right, samples, size }: TreeNodes): Float64Array {
  const levels = new Float64Array(size)
  const lengths = new Float64Array(size)
  for (let node = 0; node < size; node++) {
    // A root counts as one level, which the formula takes off again.
    const own = (levels[node] ?? 0) + 1
    const [yes = -1, no = -1] = [left[node], right[node]]
    if (yes >= 0) {
      levels[yes] = own
      levels[no] = own
    }
    lengths[node] = own + averagePathLength(samples[node] ?? 0) - 1
  }
  return lengths
}

/** Columns that each tree was fitted on, where those are not all. */
function readColumns(estimator: Estimator, width: number): readonly (Float64Array | null)[] {
  const isWhole = estimator.numberOr('_max_features', width) === width
  return readColumnLists(estimator).map((columns) => (isWhole ? null : columns))
}

const isolationForest: Converter = {
  acceptsMissing: (estimator) => isAtLeast(estimator, 1, 6),
  predict: (conversion, estimator, frame) => {
    const { builder } = conversion
    const width = widthOf(frame)
    const lists = readColumns(estimator, width)
    const members = estimator
      .estimators('estimators_')
      .map((tree, position) => readMember(tree, { columns: lists[position] ?? null }))
    const paths = members.map(({ nodes }) => measurePaths(nodes))
    const depths = addTreeSums(
      conversion,
      { value: numbersOf(conversion, estimator, frame), width },
      { targets: 1, members, leaf: (_, node, position) => [[0, paths[position]?.[node] ?? 0]] },
    )
    const rows = estimator.numberOr('_max_samples', null) ?? estimator.number('max_samples_')
    const scale = members.length * averagePathLength(rows)
    // Trees of one row have no length; the library takes their ratio as 1.
    const ratio =
      scale === 0
        ? builder.add('Add', [builder.add('Mul', [depths, builder.numbers([0])]), builder.numbers([1])])
        : builder.add('Div', [depths, builder.numbers([scale])])
    const power = builder.add('Pow', [builder.numbers([2]), builder.add('Neg', [ratio])])
    const decision = builder.add('Sub', [
      builder.add('Neg', [power]),
      builder.numbers([estimator.number('offset_')]),
    ])
    return {
      kind: 'label',
      classes: { type: 'int64', labels: [-1, 1] },
      index: addAtLeast(builder, decision, LIMIT),
      scores: { value: decision, kind: 'decision', width: 1 },
    }
  },
}

export const ISOLATION_FOREST = { 'sklearn.IsolationForest': isolationForest } as const

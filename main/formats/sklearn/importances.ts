// How much a fitted model makes of each column, as scikit-learn computes it from coefficients or trees.
import { readField } from '../pickle/numpy'
import { isKind } from '../pickle/value-kinds'
import type { Estimator } from './estimator'
import { lookUp } from './plain-values'

/** `coef_` over its rows by the norm of `order`, or `feature_importances_`; @throws WorkstationError unsupported */
export function readImportances(selector: Estimator, model: Estimator, order: number): number[] {
  if (model.has('coef_')) return readCoefficients(model, order)
  switch (model.name) {
    case 'DecisionTreeClassifier':
    case 'DecisionTreeRegressor':
    case 'ExtraTreeClassifier':
    case 'ExtraTreeRegressor':
      return shareOut(sumTree(model))
    case 'RandomForestClassifier':
    case 'RandomForestRegressor':
    case 'ExtraTreesClassifier':
    case 'ExtraTreesRegressor':
      return shareOut(average(readTrees(model).map((tree) => shareOut(sumTree(tree)))))
    case 'GradientBoostingClassifier':
    case 'GradientBoostingRegressor':
      return shareOut(average(readTrees(model).map(sumTree)))
    default:
      return selector.refuse(
        `it selects columns by ${model.name}, whose importances are not in the file; use a selector that stores its choice (RFE, SelectKBest)`,
      )
  }
}

function readCoefficients(model: Estimator, order: number): number[] {
  const { values, rows, columns } = model.matrix('coef_')
  return Array.from({ length: columns }, (_, column) => {
    const all = Array.from({ length: rows }, (__, row) => Math.abs(values[row * columns + column] ?? 0))
    if (rows === 1) return all[0] ?? 0
    if (order === Number.POSITIVE_INFINITY) return Math.max(...all)
    if (order === Number.NEGATIVE_INFINITY) return Math.min(...all)
    if (order === 1) return all.reduce((sum, value) => sum + value, 0)
    return all.reduce((sum, value) => sum + value ** order, 0) ** (1 / order)
  })
}

/** Trees of a forest that have branches at all; the others say nothing about columns. */
const readTrees = (forest: Estimator): Estimator[] =>
  forest.estimators('estimators_').filter((tree) => readNodes(tree).weight.length > 1)

function readNodes(tree: Estimator): {
  readonly weight: Float64Array
  readonly impurity: Float64Array
  readonly feature: Float64Array
  readonly left: Float64Array
  readonly right: Float64Array
} {
  const inner = tree.get('tree_')
  const nodes = isKind(inner, 'object') ? lookUp(inner.state, 'nodes') : undefined
  if (!isKind(nodes, 'array')) return tree.refuse('it has no nodes')
  return {
    weight: readField(nodes, 'weighted_n_node_samples'),
    impurity: readField(nodes, 'impurity'),
    feature: readField(nodes, 'feature'),
    left: readField(nodes, 'left_child'),
    right: readField(nodes, 'right_child'),
  }
}

/** By how much the branches at each column lower the impurity, per sample. */
function sumTree(tree: Estimator): number[] {
  const { weight, impurity, feature, left, right } = readNodes(tree)
  const width = tree.numberOr('n_features_in_', null) ?? tree.number('n_features_')
  const sums = new Array<number>(width).fill(0)
  const burden = (node: number): number => (weight[node] ?? 0) * (impurity[node] ?? 0)
  feature.forEach((column, node) => {
    const [yes = -1, no = -1] = [left[node], right[node]]
    if (yes >= 0) sums[column] = (sums[column] ?? 0) + burden(node) - burden(yes) - burden(no)
  })
  return sums.map((sum) => sum / (weight[0] ?? 1))
}

function shareOut(sums: readonly number[]): number[] {
  const total = sums.reduce((sum, value) => sum + value, 0)
  return total > 0 ? sums.map((value) => value / total) : [...sums]
}

function average(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows
  return first.map((_, column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0) / rows.length)
}

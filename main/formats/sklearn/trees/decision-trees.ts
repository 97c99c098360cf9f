// Decision trees and the forests that take their mean.
import { readClasses } from '../class-labels'
import type { Answer, Conversion, Converter } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { widthOf } from '../frame'
import { addLargest, numbersOf } from '../scores'
import { forestAcceptsMissing, treeAcceptsMissing } from './missing-values'
import type { TreeMember } from './tree-sums'
import { addTreeMean, addTreeShares, readMember } from './tree-sums'

/** A classifier whose class shares are the mean of its trees'. */
export function classifyByTrees(
  conversion: Conversion,
  estimator: Estimator,
  ensemble: { readonly frame: Frame; readonly members: readonly TreeMember[] },
): Answer {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const width = classes.labels.length
  const input = { value: numbersOf(conversion, estimator, ensemble.frame), width: widthOf(ensemble.frame) }
  const shares = addTreeShares(conversion, input, { members: ensemble.members, classes: width })
  const scores = { value: shares, kind: 'probability', width } as const
  return { kind: 'label', classes, index: addLargest(builder, shares), scores }
}

/** A regressor that answers the mean of its trees. */
export function averageTrees(
  conversion: Conversion,
  estimator: Estimator,
  ensemble: { readonly frame: Frame; readonly members: readonly TreeMember[] },
): Answer {
  const input = { value: numbersOf(conversion, estimator, ensemble.frame), width: widthOf(ensemble.frame) }
  return { kind: 'value', value: addTreeMean(conversion, input, ensemble.members) }
}

const treeClassifier: Converter = {
  acceptsMissing: treeAcceptsMissing,
  predict: (conversion, estimator, frame) =>
    classifyByTrees(conversion, estimator, { frame, members: [readMember(estimator)] }),
}

const treeRegressor: Converter = {
  acceptsMissing: treeAcceptsMissing,
  predict: (conversion, estimator, frame) =>
    averageTrees(conversion, estimator, { frame, members: [readMember(estimator)] }),
}

const readTrees = (estimator: Estimator): TreeMember[] => {
  const trees = estimator.estimators('estimators_')
  return trees.length === 0 ? estimator.refuse('it has no trees') : trees.map((tree) => readMember(tree))
}

const forestClassifier: Converter = {
  acceptsMissing: forestAcceptsMissing,
  predict: (conversion, estimator, frame) =>
    classifyByTrees(conversion, estimator, { frame, members: readTrees(estimator) }),
}

const forestRegressor: Converter = {
  acceptsMissing: forestAcceptsMissing,
  predict: (conversion, estimator, frame) =>
    averageTrees(conversion, estimator, { frame, members: readTrees(estimator) }),
}

export const DECISION_TREES = {
  'sklearn.DecisionTreeClassifier': treeClassifier,
  'sklearn.DecisionTreeRegressor': treeRegressor,
  'sklearn.ExtraTreeClassifier': treeClassifier,
  'sklearn.ExtraTreeRegressor': treeRegressor,
  'sklearn.RandomForestClassifier': forestClassifier,
  'sklearn.RandomForestRegressor': forestRegressor,
  'sklearn.ExtraTreesClassifier': forestClassifier,
  'sklearn.ExtraTreesRegressor': forestRegressor,
} as const

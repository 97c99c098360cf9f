// What an estimator made of other estimators asks of those.
import type { Answer, ClassLabels, Conversion } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { addPick } from '../scores'

export type LabelAnswer = Extract<Answer, { readonly kind: 'label' }>

/** @throws WorkstationError unsupported when the inner estimator predicts numbers */
export function predictLabels(
  conversion: Conversion,
  outer: Estimator,
  inner: { readonly estimator: Estimator; readonly frame: Frame },
): LabelAnswer {
  const answer = conversion.predict(inner.estimator, inner.frame)
  return answer.kind === 'label'
    ? answer
    : outer.refuse(`its inner ${inner.estimator.name} predicts numbers, not classes`)
}

/** @returns the name of a value [N, 1]. @throws WorkstationError unsupported when the inner estimator predicts classes */
export function predictValue(
  conversion: Conversion,
  outer: Estimator,
  inner: { readonly estimator: Estimator; readonly frame: Frame },
): string {
  const answer = conversion.predict(inner.estimator, inner.frame)
  return answer.kind === 'value'
    ? answer.value
    : outer.refuse(`its inner ${inner.estimator.name} predicts classes, not numbers`)
}

/** Probabilities of an inner classifier's classes, [N, classes], or null when it has none. */
export const probabilitiesOf = ({ scores }: LabelAnswer): string | null =>
  scores?.kind === 'probability' ? scores.value : null

/** Classifiers that have probabilities but no decision function. */
const WITHOUT_DECISION = new Set([
  'BernoulliNB',
  'CalibratedClassifierCV',
  'CategoricalNB',
  'ComplementNB',
  'DecisionTreeClassifier',
  'DummyClassifier',
  'ExtraTreeClassifier',
  'ExtraTreesClassifier',
  'GaussianNB',
  'GaussianProcessClassifier',
  'KNeighborsClassifier',
  'LabelPropagation',
  'LabelSpreading',
  'LGBMClassifier',
  'MLPClassifier',
  'MultinomialNB',
  'RadiusNeighborsClassifier',
  'RandomForestClassifier',
  'VotingClassifier',
  'XGBClassifier',
  'XGBRFClassifier',
])

/** The estimator that decides whether there is a decision function: the last step, the best one, … */
function innermost(estimator: Estimator): Estimator {
  switch (estimator.name) {
    case 'Pipeline':
      return lastStep(estimator)
    case 'GridSearchCV':
    case 'RandomizedSearchCV':
    case 'HalvingGridSearchCV':
    case 'HalvingRandomSearchCV':
      return innermost(estimator.estimator('best_estimator_'))
    case 'FrozenEstimator':
      return innermost(estimator.estimator('estimator'))
    case 'StackingClassifier':
      return innermost(estimator.estimator('final_estimator_'))
    case 'BaggingClassifier': {
      const [first] = estimator.estimators('estimators_')
      return first === undefined ? estimator : innermost(first)
    }
    case 'OneVsRestClassifier': {
      const own = estimator.estimators('estimators_').find(({ name }) => name !== '_ConstantPredictor')
      return own === undefined ? estimator : innermost(own)
    }
    default:
      return estimator
  }
}

function lastStep(pipeline: Estimator): Estimator {
  return innermost(pipeline.pairs('steps').at(-1)?.[1] ?? pipeline)
}

/** What calibration and the one-vs-rest kinds go by: a decision function where the class has one. */
export type Response = {
  readonly kind: 'decision' | 'probability'
  /** Of two classes [N, 1], the second one; otherwise [N, classes]. */
  readonly value: string
}

/**
 * The decision function of an inner classifier, or the probabilities of one that has none.
 * @throws WorkstationError unsupported when it has one that is not converted, or gives labels alone
 */
export function respond(conversion: Conversion, inner: Estimator, answer: LabelAnswer): Response {
  if (answer.decision !== undefined) return { kind: 'decision', value: answer.decision }
  const { scores } = answer
  if (scores?.kind === 'decision') return { kind: 'decision', value: scores.value }
  if (scores === null || !WITHOUT_DECISION.has(innermost(inner).name))
    return inner.refuse('the decision function that the estimator around it needs is not converted')
  const value =
    answer.classes.labels.length === 2 ? addPick(conversion.builder, scores.value, [1]) : scores.value
  return { kind: 'probability', value }
}

/** The classes of an inner estimator as positions among those that the outer one encoded as 0, 1, … */
export function encodedClasses(inner: Estimator, classes: ClassLabels, count: number): number[] {
  return classes.labels.map((label) =>
    typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < count
      ? label
      : inner.refuse(`it was fitted on class ${label}; expected 0 to ${count - 1}`),
  )
}

// BaggingClassifier and BaggingRegressor. Decision trees inside become one forest.
import { readClasses } from '../class-labels'
import type { Answer, Conversion, Converter, InputColumn } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { pickColumns } from '../frame'
import { addLargest, addOneHot, addSum } from '../scores'
import { averageTrees, classifyByTrees } from '../trees/decision-trees'
import { isDecisionTree, readMember } from '../trees/tree-sums'
import { readColumnLists } from './column-lists'
import { encodedClasses, predictLabels, predictValue, probabilitiesOf, respond } from './inner-answers'
import { mergeInputs, nameColumns } from './inner-inputs'

type Member = { readonly inner: Estimator; readonly columns: readonly number[] }

function readMembers(estimator: Estimator): Member[] {
  const lists = readColumnLists(estimator)
  const members = estimator
    .estimators('estimators_')
    .map((inner, place) => ({ inner, columns: Array.from(lists[place] ?? []) }))
  return members.length === 0 ? estimator.refuse('it has no estimators') : members
}

const findWidth = (estimator: Estimator, members: readonly Member[]): number =>
  estimator.numberOr('n_features_in_', null) ??
  estimator.numberOr('n_features_', null) ??
  members.reduce((most, { columns }) => Math.max(most, ...columns.map((column) => column + 1)), 0)

/** Every column as the estimators see it that were given it; one that none was given is not looked at. */
function bagInputs(estimator: Estimator, conversion: Pick<Conversion, 'inputs'>): readonly InputColumn[] {
  const members = readMembers(estimator)
  const views = Array.from({ length: findWidth(estimator, members) }, (): InputColumn[] => [])
  for (const { inner, columns } of members) {
    const own = conversion.inputs(inner)
    columns.forEach((column, place) => {
      const view = own[place]
      if (view !== undefined) views[column]?.push({ ...view, name: null })
    })
  }
  const plain: InputColumn = { name: null, type: 'float64', acceptsMissing: true }
  return nameColumns(
    estimator,
    views.flatMap((view) =>
      view.length === 0
        ? [plain]
        : mergeInputs(
            estimator,
            view.map((column) => [column]),
          ),
    ),
  )
}

const frameOf = (conversion: Conversion, frame: Frame, { columns }: Member): Frame =>
  pickColumns(conversion.builder, frame, columns)

/** Scores [N, own.length] of some classes as [N, width] of all, with 0 for the others. */
function spread(
  conversion: Conversion,
  scores: string,
  classes: { readonly own: readonly number[]; readonly width: number },
): string {
  const { own, width } = classes
  if (own.length === width) return scores
  const matrix = own.flatMap((place) =>
    Array.from({ length: width }, (_, column) => Number(column === place)),
  )
  return conversion.builder.add('MatMul', [scores, conversion.builder.numbers(matrix, [own.length, width])])
}

const divide = ({ builder }: Conversion, values: readonly string[]): string =>
  builder.add('Div', [addSum(builder, values), builder.numbers([values.length])])

function classify(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const width = classes.labels.length
  const members = readMembers(estimator)
  if (members.every(({ inner }) => isDecisionTree(inner))) {
    const trees = members.map(({ inner, columns }) => {
      const own = encodedClasses(inner, readClasses(inner), width)
      return readMember(inner, { columns, classes: own.length === width ? null : own })
    })
    return classifyByTrees(conversion, estimator, { frame, members: trees })
  }
  const answers = members.map((member) => ({
    inner: member.inner,
    answer: predictLabels(conversion, estimator, {
      estimator: member.inner,
      frame: frameOf(conversion, frame, member),
    }),
  }))
  const shares = answers.map(({ inner, answer }) => {
    const own = encodedClasses(inner, answer.classes, width)
    // Without probabilities every estimator has one vote.
    const scores = probabilitiesOf(answer) ?? addOneHot(builder, answer.index, own.length)
    return spread(conversion, scores, { own, width })
  })
  const value = divide(conversion, shares)
  const isDecided = answers.every(
    ({ answer }) => answer.decision !== undefined || answer.scores?.kind === 'decision',
  )
  const isComplete = answers.every(({ answer }) => answer.classes.labels.length === width)
  const decision =
    isDecided && isComplete
      ? {
          decision: divide(
            conversion,
            answers.map(({ inner, answer }) => respond(conversion, inner, answer).value),
          ),
        }
      : {}
  const scores = { value, kind: 'probability', width } as const
  return { kind: 'label', classes, index: addLargest(builder, value), scores, ...decision }
}

function average(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const members = readMembers(estimator)
  if (members.every(({ inner }) => isDecisionTree(inner))) {
    const trees = members.map(({ inner, columns }) => readMember(inner, { columns }))
    return averageTrees(conversion, estimator, { frame, members: trees })
  }
  const values = members.map((member) =>
    predictValue(conversion, estimator, {
      estimator: member.inner,
      frame: frameOf(conversion, frame, member),
    }),
  )
  return { kind: 'value', value: divide(conversion, values) }
}

const bagging = (predict: NonNullable<Converter['predict']>): Converter => ({ inputs: bagInputs, predict })

export const BAGGING = {
  'sklearn.BaggingClassifier': bagging(classify),
  'sklearn.BaggingRegressor': bagging(average),
} as const

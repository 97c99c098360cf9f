// Puts a booster into a graph.
import type { GraphBuilder } from '../onnx/graph-builder'
import { addForest } from '../onnx/write-forest'
import { addComplement, addSigmoid, addSoftmax } from '../onnx/write-links'
import { joinCodes } from '../sklearn/category-codes'
import type { Answer, ClassLabels, Conversion, InputColumn } from '../sklearn/conversion'
import type { Frame } from '../sklearn/frame'
import { widthOf } from '../sklearn/frame'
import type { Booster, XgboostLinear, XgboostTrees } from './booster'
import type { XgboostLink } from './objectives'
import { linkOf, marginOf } from './objectives'

/** What a booster is used as, which only the estimator around it knows. */
export type BoosterUse = {
  readonly isClassifier: boolean
  /** Null for the numbers of the classes, from 0. */
  readonly classes: ClassLabels | null
  /** Rounds of trees; null for all. */
  readonly rounds: number | null
  /** The number that stands for a missing value beside NaN. */
  readonly missing: number
  refuse(reason: string): never
}

export const inputsOf = (booster: Booster): InputColumn[] =>
  booster.columns.map(({ name, codes }) => ({
    name,
    type: codes?.type ?? 'float64',
    acceptsMissing: true,
    ...(codes === null ? {} : { categories: codes.values }),
  }))

/**
 * Adds a booster's answer. Columns are rounded to single precision first, as XGBoost keeps them.
 * @throws WorkstationError unsupported, through `use.refuse`
 */
export function predictBooster(
  conversion: Conversion,
  frame: Frame,
  model: { readonly booster: Booster; readonly use: BoosterUse },
): Answer {
  const { booster, use } = model
  const { builder } = conversion
  const link = linkOf(booster.objective)
  if (link === undefined)
    return use.refuse(`its objective ${booster.objective.slice(0, 60)} is not known here`)
  if ((link === 'softmax') !== booster.groups > 1)
    return use.refuse(`its objective ${booster.objective} does not go with ${booster.groups} classes`)
  if (widthOf(frame) !== booster.columns.length)
    return use.refuse(`it was trained on ${booster.columns.length} columns and is given ${widthOf(frame)}`)
  noteCodes(conversion, booster)
  noteRounds(conversion, model)
  const columns = addColumns(builder, frame, model)
  const scores =
    booster.baseScores.length === 1
      ? Array.from({ length: booster.groups }, () => booster.baseScores[0] ?? Number.NaN)
      : booster.baseScores
  const base = scores.map((score) => marginOf(link, score))
  if (!base.every(Number.isFinite)) return use.refuse('its base_score is out of the range of its objective')
  const sums =
    booster.body.kind === 'trees'
      ? addTrees(builder, columns, { trees: booster.body, base, use })
      : addLinear(builder, columns, { linear: booster.body, base })
  return use.isClassifier
    ? answerLabel(builder, sums, { link, booster, use })
    : answerValue(builder, sums, { link, use })
}

function noteCodes(conversion: Conversion, { columns }: Booster): void {
  const coded = columns.flatMap(({ name, takesCodes }, index) => (takesCodes ? [name ?? `x${index}`] : []))
  if (coded.length === 0) return
  const [first = ''] = coded
  conversion.note(
    `The file does not say which category has which code in ${coded.length === 1 ? first : `${coded.length} columns (${first}, …)`}: ` +
      'send their codes, 0 for the first category of the training data, 1 for the second, and so on',
  )
}

/** Only where early stopping leaves rounds behind the best one. */
function noteRounds(
  conversion: Conversion,
  { booster: { body, bestIteration: best }, use }: { readonly booster: Booster; readonly use: BoosterUse },
): void {
  if (body.kind !== 'trees' || best === null || countTrees(body, best + 1) >= body.roots.length) return
  conversion.note(
    use.rounds === null
      ? `Early stopping found round ${best + 1} best; all rounds are used, as Booster.predict does`
      : `Early stopping found round ${best + 1} best; later rounds are left out`,
  )
}

function addColumns(
  builder: GraphBuilder,
  frame: Frame,
  { booster, use }: { readonly booster: Booster; readonly use: BoosterUse },
): string {
  const codes = booster.columns.map((column) => column.codes)
  if (codes.every((known) => known === null) && frame.some(({ type }) => type === 'string'))
    return use.refuse('it is given text columns, but was trained on numbers')
  const joined = joinCodes(builder, frame, codes)
  const single = builder.add('Cast', [joined], { attributes: { to: { int: 1 } } })
  const columns = builder.add('Cast', [single], { attributes: { to: { int: 11 } } })
  if (Number.isNaN(use.missing)) return columns
  const isMissing = builder.add('Equal', [columns, builder.numbers([Math.fround(use.missing)])])
  return builder.add('Where', [isMissing, builder.numbers([Number.NaN]), columns])
}

function addTrees(
  builder: GraphBuilder,
  columns: string,
  {
    trees,
    base,
    use,
  }: { readonly trees: XgboostTrees; readonly base: readonly number[]; readonly use: BoosterUse },
): string {
  const roots = trees.roots.slice(0, countTrees(trees, use.rounds))
  if (roots.length === 0) return use.refuse('it has no trees')
  return addForest(builder, columns, {
    targets: base.length,
    roots,
    nodes: trees.nodes,
    sets: trees.sets,
    base,
  })
}

function countTrees(trees: XgboostTrees, rounds: number | null): number {
  if (rounds === null) return trees.roots.length
  const { iterationStarts: starts } = trees
  return starts === null ? rounds * trees.treesPerRound : (starts[rounds] ?? trees.roots.length)
}

/** A linear booster leaves missing values out of its sum. */
function addLinear(
  builder: GraphBuilder,
  columns: string,
  { linear, base }: { readonly linear: XgboostLinear; readonly base: readonly number[] },
): string {
  const isMissing = builder.add('IsNaN', [columns])
  const known = builder.add('Where', [isMissing, builder.numbers([0]), columns])
  const width = linear.weights.length / base.length
  const product = builder.add('MatMul', [known, builder.numbers(linear.weights, [width, base.length])])
  const intercept = base.map((score, group) => score + (linear.bias[group] ?? 0))
  return builder.add('Add', [product, builder.numbers(intercept, [1, base.length])])
}

function answerValue(
  builder: GraphBuilder,
  sums: string,
  { link, use }: { readonly link: XgboostLink; readonly use: BoosterUse },
): Answer {
  switch (link) {
    case 'identity':
    case 'raw':
      return { kind: 'value', value: sums }
    case 'exp':
      return { kind: 'value', value: builder.add('Exp', [sums]) }
    case 'sigmoid':
      return { kind: 'value', value: addSigmoid(builder, sums) }
    default:
      return use.refuse('it is a regressor with the objective of a classifier')
  }
}

function answerLabel(
  builder: GraphBuilder,
  sums: string,
  { link, booster, use }: { readonly link: XgboostLink; readonly booster: Booster; readonly use: BoosterUse },
): Answer {
  const width = Math.max(2, booster.groups)
  const classes = use.classes ?? { type: 'int64', labels: Array.from({ length: width }, (_, index) => index) }
  if (classes.labels.length !== width)
    return use.refuse(`it has ${classes.labels.length} class labels for ${width} classes`)
  switch (link) {
    case 'softmax':
      return answerProbabilities(builder, addSoftmax(builder, sums), classes)
    case 'sigmoid':
      return answerProbabilities(builder, addComplement(builder, addSigmoid(builder, sums)), classes)
    case 'raw':
    case 'hinge': {
      // XGBClassifier compares whatever the booster answers with 0.5, margins too.
      const isSecond = builder.add('Greater', [sums, builder.numbers([link === 'raw' ? 0.5 : 0])])
      const column = builder.add('Cast', [isSecond], { attributes: { to: { int: 7 } } })
      const index = builder.add('Reshape', [column, builder.integers([-1])])
      return { kind: 'label', classes, index, scores: { value: sums, kind: 'decision', width: 1 } }
    }
    default:
      return use.refuse(`it is a classifier with the objective ${booster.objective}`)
  }
}

/** Compared in single precision as XGBoost does, where the first of equals wins. */
function answerProbabilities(builder: GraphBuilder, value: string, classes: ClassLabels): Answer {
  const single = builder.add('Cast', [value], { attributes: { to: { int: 1 } } })
  const index = builder.add('ArgMax', [single], {
    attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
  })
  return {
    kind: 'label',
    classes,
    index,
    scores: { value, kind: 'probability', width: classes.labels.length },
  }
}

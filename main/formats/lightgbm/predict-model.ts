// Puts a LightGBM model into a graph.
import type { GraphBuilder } from '../onnx/graph-builder'
import { addForest } from '../onnx/write-forest'
import { addComplement, addSigmoid, addSoftmax } from '../onnx/write-links'
import { joinCodes } from '../sklearn/category-codes'
import type { Answer, ClassLabels, Conversion, InputColumn } from '../sklearn/conversion'
import type { Frame } from '../sklearn/frame'
import { widthOf } from '../sklearn/frame'
import { addLinearSums } from './linear-leaves'
import type { LightgbmModel } from './model'
import type { LightgbmLink } from './objectives'
import { readLink } from './objectives'
import { ZERO_RANGE } from './read-tree'

/** What a model is used as, which only the estimator around it knows. */
export type ModelUse = {
  readonly isClassifier: boolean
  /** Null for the numbers of the classes, from 0. */
  readonly classes: ClassLabels | null
  /** Rounds of trees; null for all. */
  readonly rounds: number | null
  refuse(reason: string): never
}

type Used = { readonly model: LightgbmModel; readonly use: ModelUse }

export const inputsOf = (model: LightgbmModel): InputColumn[] =>
  model.columns.map(({ name, codes }) => ({ name, type: codes?.type ?? 'float64', acceptsMissing: true }))

/**
 * Adds a model's answer. Columns are compared in double precision.
 * @throws WorkstationError unsupported, through `use.refuse`
 */
export function predictModel(conversion: Conversion, frame: Frame, used: Used): Answer {
  const { model, use } = used
  const { builder } = conversion
  const link = readLink(model.objective)
  if (link === null) return use.refuse(`its objective ${model.objective?.slice(0, 60)} is not known here`)
  if (widthOf(frame) !== model.columns.length)
    return use.refuse(`it was trained on ${model.columns.length} columns and is given ${widthOf(frame)}`)
  addNotes(conversion, model)
  const sums = addSums(builder, addColumns(builder, frame, used), used)
  return use.isClassifier
    ? answerLabel(builder, sums, { link, used })
    : answerValue(builder, sums, { link, used })
}

function addNotes(conversion: Conversion, model: LightgbmModel): void {
  if (model.areCategoriesOpen)
    conversion.note(
      'The file names categories, but not the columns that they belong to: send the codes of categories, ' +
        '0 for the first category of the training data, 1 for the second, and so on',
    )
  const coded = model.columns.flatMap(({ name, takesCodes }, index) =>
    takesCodes ? [name ?? `x${index}`] : [],
  )
  const [first = ''] = coded
  if (coded.length > 0 && !model.areCategoriesOpen)
    conversion.note(
      `Categories of ${coded.length === 1 ? first : `${coded.length} columns (${first}, …)`} are whole numbers: ` +
        'send the codes that the model was trained with',
    )
  if (model.objective === null)
    conversion.note('The model was trained with an objective of its own; the answer is its raw score')
}

function addColumns(builder: GraphBuilder, frame: Frame, { model, use }: Used): string {
  const codes = model.columns.map((column) => column.codes)
  if (codes.every((known) => known === null) && frame.some(({ type }) => type === 'string'))
    return use.refuse('it is given text columns, but was trained on numbers')
  const columns = joinCodes(builder, frame, codes)
  if (model.zeroColumns.size === 0) return columns
  const range = Float64Array.from({ length: model.columns.length }, (_, column) =>
    model.zeroColumns.has(column) ? ZERO_RANGE : -1,
  )
  const size = builder.add('Abs', [columns])
  const isZero = builder.add('LessOrEqual', [size, builder.numbers(range, [1, range.length])])
  return builder.add('Where', [isZero, builder.numbers([Number.NaN]), columns])
}

function addSums(builder: GraphBuilder, columns: string, { model, use }: Used): string {
  const all = model.roots.length / model.groups
  const rounds = Math.min(use.rounds ?? all, all)
  if (rounds === 0) return use.refuse('it has no trees')
  const { groups, linearColumns: used } = model
  const targets = groups * (1 + used.length)
  const parts = addForest(builder, columns, {
    targets,
    roots: model.roots.slice(0, rounds * groups),
    nodes: model.nodes,
    sets: model.sets,
    base: Array.from({ length: targets }, () => 0),
  })
  const sums = used.length === 0 ? parts : addLinearSums(builder, { parts, columns }, { used, groups })
  return model.isAveraged ? builder.add('Div', [sums, builder.numbers([rounds])]) : sums
}

const addSlope = (builder: GraphBuilder, sums: string, slope: number): string =>
  slope === 1 ? sums : builder.add('Mul', [sums, builder.numbers([slope])])

function answerValue(
  builder: GraphBuilder,
  sums: string,
  { link, used: { model, use } }: { readonly link: LightgbmLink; readonly used: Used },
): Answer {
  if (model.groups !== 1) return use.refuse('it answers with a value, but has several classes')
  switch (link.kind) {
    case 'identity':
      return { kind: 'value', value: sums }
    case 'exp':
      return { kind: 'value', value: builder.add('Exp', [sums]) }
    case 'sigmoid':
      return { kind: 'value', value: addSigmoid(builder, addSlope(builder, sums, link.slope)) }
    case 'squared': {
      const square = builder.add('Mul', [sums, sums])
      return { kind: 'value', value: builder.add('Mul', [builder.add('Sign', [sums]), square]) }
    }
    case 'log1pExp': {
      const odds = builder.add('Add', [builder.add('Exp', [sums]), builder.numbers([1])])
      return { kind: 'value', value: builder.add('Log', [odds]) }
    }
    default:
      return use.refuse('it is a regressor with the objective of a classifier')
  }
}

function answerLabel(
  builder: GraphBuilder,
  sums: string,
  { link, used: { model, use } }: { readonly link: LightgbmLink; readonly used: Used },
): Answer {
  const width = Math.max(2, model.groups)
  const classes = use.classes ?? { type: 'int64', labels: Array.from({ length: width }, (_, index) => index) }
  if (classes.labels.length !== width)
    return use.refuse(`it has ${classes.labels.length} class labels for ${width} classes`)
  const value = addProbabilities(builder, sums, { link, isBinary: model.groups === 1 })
  if (value === null)
    return use.refuse(
      `it is a classifier with the objective ${model.objective ?? 'of its own'}, which gives no probabilities`,
    )
  const index = builder.add('ArgMax', [value], { attributes: { axis: { int: 1 }, keepdims: { int: 0 } } })
  return { kind: 'label', classes, index, scores: { value, kind: 'probability', width } }
}

function addProbabilities(
  builder: GraphBuilder,
  sums: string,
  { link, isBinary }: { readonly link: LightgbmLink; readonly isBinary: boolean },
): string | null {
  if (link.kind === 'sigmoid' && isBinary)
    return addComplement(builder, addSigmoid(builder, addSlope(builder, sums, link.slope)))
  if (link.kind === 'softmax' && !isBinary) return addSoftmax(builder, sums)
  // One against all: each class for itself, so that they do not add up to one.
  if (link.kind === 'sigmoids' && !isBinary) return addSigmoid(builder, addSlope(builder, sums, link.slope))
  return null
}

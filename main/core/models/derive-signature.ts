import type { OnnxSummary, OnnxValue } from '../../formats/onnx/summary'
import { WorkstationError } from '../../errors'
import type { DataColumn } from './model'
import type {
  AnswerOutputs,
  Feature,
  FeatureType,
  Signature,
  TensorElementType,
  TensorInput,
} from '../signatures/signature'

/** Column names that people give to what a model is meant to answer. */
export const TARGET_NAMES = ['target', 'label', 'class', 'y', 'outcome', 'response']

const ELEMENT_TYPES: readonly TensorElementType[] = ['float32', 'float64', 'int32', 'int64', 'bool', 'string']

export type GraphInput = TensorInput & { readonly rows: number | null; readonly declaredWidth: number | null }

/** One input of a graph as the tensor that it takes. @throws WorkstationError unsupported when it is not tabular */
export function readInput(value: OnnxValue): GraphInput {
  const elementType = ELEMENT_TYPES.find((known) => known === value.elementType)
  if (value.kind !== 'tensor' || elementType === undefined) {
    throw new WorkstationError(
      'unsupported',
      `input "${value.name}" takes ${value.elementType ?? value.kind}; inputs must be tensors of ${ELEMENT_TYPES.join(', ')}`,
    )
  }
  const shape = value.shape ?? [null, null]
  if (shape.length > 2) {
    throw new WorkstationError(
      'unsupported',
      `input "${value.name}" has ${shape.length} dimensions; tabular models take [rows, columns]`,
    )
  }
  const [rows, width] = shape
  const isFlat = shape.length === 1
  const declaredWidth = isFlat ? 1 : typeof width === 'number' ? width : null
  return {
    name: value.name,
    elementType,
    width: declaredWidth ?? 0,
    isFlat,
    rows: typeof rows === 'number' && rows > 0 ? rows : null,
    declaredWidth,
  }
}

/** Which column holds the answer, given what the graph takes. */
function findTarget(
  columns: readonly DataColumn[],
  inputs: readonly GraphInput[],
  asked: string | null,
): string | null {
  if (asked !== null) {
    if (columns.some((column) => column.name === asked)) return asked
    throw new WorkstationError(
      'invalid',
      `target column "${asked}" is not in the training data, which has ${listNames(columns.map((column) => column.name))}`,
    )
  }
  const inputNames = new Set(inputs.map((input) => input.name))
  const areNamed =
    inputs.length > 1 && inputs.every((input) => columns.some((column) => column.name === input.name))
  const taken = inputs.reduce((sum, input) => sum + input.width, 0)
  const left = areNamed ? columns.filter((column) => !inputNames.has(column.name)) : columns
  if (!areNamed && inputs.every((input) => input.declaredWidth !== null) && columns.length !== taken + 1)
    return null
  const byName = left.find((column) => TARGET_NAMES.includes(column.name.toLowerCase()))
  return (byName ?? (areNamed && left.length !== 1 ? undefined : left.at(-1)))?.name ?? null
}

/** Names for a message, the first dozen of them. */
export const listNames = (names: readonly string[]): string =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`

/** What callers send for a column that fills this input. @throws WorkstationError invalid when its values do not fit */
export function checkColumn(column: DataColumn, input: TensorInput): FeatureType {
  const isNumeric = column.type === 'number' || column.type === 'integer'
  switch (input.elementType) {
    case 'string':
      return 'string'
    case 'bool':
      if (column.type === 'boolean') return 'boolean'
      break
    case 'float32':
    case 'float64':
      if (isNumeric) return 'number'
      if (column.type === 'boolean') return 'boolean'
      break
    case 'int32':
    case 'int64':
      if (column.type === 'integer') return 'integer'
      if (column.type === 'boolean') return 'boolean'
      break
  }
  throw new WorkstationError(
    'invalid',
    `column "${column.name}" holds ${column.type} values such as ${column.examples
      .slice(0, 2)
      .map((value) => `"${value}"`)
      .join(', ')}, but input "${input.name}" of the graph takes ${input.elementType}`,
  )
}

function toFeature(column: DataColumn, input: TensorInput, index: number): Feature {
  const type = checkColumn(column, input)
  const isFloat = input.elementType === 'float32' || input.elementType === 'float64'
  if (column.missing > 0 && !isFloat && input.elementType !== 'string') {
    throw new WorkstationError(
      'invalid',
      `column "${column.name}" has ${column.missing} gaps, but input "${input.name}" takes ${input.elementType}, which cannot be missing`,
    )
  }
  return { name: column.name, type, input: input.name, column: index, acceptsMissing: column.missing > 0 }
}

function assignByName(columns: readonly DataColumn[], inputs: readonly GraphInput[]): Feature[] {
  return inputs.map((input) => {
    const column = columns.find((candidate) => candidate.name === input.name)
    if (column === undefined) {
      throw new WorkstationError(
        'invalid',
        `the graph takes a column "${input.name}", which the training data do not have; they have ${listNames(columns.map((each) => each.name))}`,
      )
    }
    return toFeature(column, input, 0)
  })
}

function assignInOrder(columns: readonly DataColumn[], inputs: readonly TensorInput[]): Feature[] {
  const taken = inputs.reduce((sum, input) => sum + input.width, 0)
  if (taken !== columns.length) {
    throw new WorkstationError(
      'invalid',
      `the graph takes ${taken} columns, but the training data have ${columns.length} besides the target: ${listNames(columns.map((column) => column.name))}`,
    )
  }
  const rest = [...columns]
  return inputs.flatMap((input) =>
    rest.splice(0, input.width).map((column, index) => toFeature(column, input, index)),
  )
}

/** Which outputs carry the answer: a label with optional scores, scores alone, or a value. */
export function findAnswer(graph: OnnxSummary): AnswerOutputs {
  const tensors = graph.outputs.filter((output) => output.kind === 'tensor')
  const label = tensors.find((output) =>
    ['int64', 'int32', 'string', 'bool'].includes(output.elementType ?? ''),
  )
  const floats = tensors.find((output) => ['float32', 'float64'].includes(output.elementType ?? ''))
  if (label !== undefined) return { kind: 'label', label: label.name, scores: floats?.name ?? null }
  if (floats === undefined) {
    throw new WorkstationError('unsupported', 'the graph has no output that is a label, a score or a number')
  }
  const width = floats.shape?.[1]
  return typeof width === 'number' && width > 1
    ? { kind: 'scores', scores: floats.name }
    : { kind: 'value', value: floats.name }
}

/**
 * How the columns of the training data reach the graph: by name where the graph has an input per column, in order
 * where it takes one matrix.
 * @throws WorkstationError invalid when widths, names or types disagree; unsupported for graphs that are not tabular.
 */
export function deriveSignature(
  graph: OnnxSummary,
  columns: readonly DataColumn[],
  targetColumn: string | null,
): { readonly signature: Signature; readonly targetColumn: string | null } {
  const inputs = graph.inputs.map(readInput)
  const fixedRows = inputs.find((input) => input.rows !== null)
  if (fixedRows !== undefined && fixedRows.rows !== 1) {
    throw new WorkstationError(
      'unsupported',
      `input "${fixedRows.name}" takes exactly ${String(fixedRows.rows)} rows at a time; export the model with a dynamic first dimension`,
    )
  }
  const target = findTarget(columns, inputs, targetColumn)
  const candidates = columns.filter((column) => column.name !== target)
  const isByName = inputs.length > 1 && inputs.every((input) => input.declaredWidth === 1)
  const [only] = inputs
  const sized =
    inputs.length === 1 && only?.declaredWidth === null ? [{ ...only, width: candidates.length }] : inputs
  const features = isByName ? assignByName(candidates, inputs) : assignInOrder(candidates, sized)
  const answer = findAnswer(graph)
  const labels = graph.classLabels?.labels ?? []
  return {
    targetColumn: target,
    signature: {
      task: answer.kind === 'value' ? 'regression' : 'classification',
      features,
      inputs: sized.map(({ name, elementType, width, isFlat }) => ({ name, elementType, width, isFlat })),
      answer,
      classLabels: answer.kind === 'value' ? [] : labels,
      isSingleRow: fixedRows !== undefined,
    },
  }
}

import type { ConversionReport, ConvertedColumn } from '../../formats/convert-model'
import type { OnnxSummary } from '../../formats/onnx/summary'
import { WorkstationError } from '../../errors'
import type { AnswerOutputs, Feature, Signature } from '../signatures/signature'
import { checkColumn, listNames, readInput, TARGET_NAMES } from './derive-signature'
import type { DataColumn } from './model'

/** How the columns of a table fill a signature: the table's column for each feature. */
export type FittedSignature = {
  readonly signature: Signature
  readonly targetColumn: string | null
  /** Names of the table's columns, in the order of the features. */
  readonly sources: readonly string[]
}

function toAnswer({ answer }: ConversionReport): AnswerOutputs {
  if (answer.kind === 'value') return answer
  return {
    kind: 'label',
    label: answer.label,
    scores: answer.scores?.name ?? null,
    ...(answer.scores === null ? {} : { scoreKind: answer.scores.kind }),
  }
}

function toFeature(column: ConvertedColumn, input: NonNullable<ConvertedColumn['input']>): Feature {
  return {
    name: column.name,
    type: column.type === 'string' ? 'string' : 'number',
    input: input.name,
    column: input.column,
    acceptsMissing: column.acceptsMissing,
    ...(column.categories === null ? {} : { categories: column.categories }),
  }
}

/** What a converted model takes and answers, as its own file says: without training data to look at. */
export function deriveConvertedSignature(graph: OnnxSummary, conversion: ConversionReport): Signature {
  const { columns, answer } = conversion
  const ignored = columns.flatMap(({ name, input }) => (input === null ? [name] : []))
  return {
    task: answer.kind === 'value' ? 'regression' : 'classification',
    features: columns.flatMap((column) => (column.input === null ? [] : [toFeature(column, column.input)])),
    inputs: graph.inputs.map(readInput).map(({ name, elementType, width, isFlat }) => ({
      name,
      elementType,
      width,
      isFlat,
    })),
    answer: toAnswer(conversion),
    classLabels: answer.kind === 'value' ? [] : answer.classes.labels.map(String),
    ...(ignored.length === 0 ? {} : { ignoredColumns: ignored }),
    isSingleRow: false,
  }
}

function findNamedTarget(left: readonly DataColumn[]): string | null {
  const byName = left.find((column) => TARGET_NAMES.includes(column.name.toLowerCase()))
  return (byName ?? (left.length === 1 ? left[0] : undefined))?.name ?? null
}

function findTarget(
  columns: readonly DataColumn[],
  wanted: {
    readonly asked: string | null
    readonly names: ReadonlySet<string>
    readonly width: number | null
  },
): string | null {
  const { asked, names, width } = wanted
  if (asked !== null) {
    if (columns.some((column) => column.name === asked)) return asked
    throw new WorkstationError(
      'invalid',
      `target column "${asked}" is not in the training data, which has ${listNames(columns.map((column) => column.name))}`,
    )
  }
  if (width === null) return findNamedTarget(columns.filter((column) => !names.has(column.name)))
  if (columns.length !== width + 1) return null
  const byName = columns.find((column) => TARGET_NAMES.includes(column.name.toLowerCase()))
  return (byName ?? columns.at(-1))?.name ?? null
}

/** Where the columns of a model are in a table, and whether features take the table's names. */
export type ColumnPlan = {
  /** All columns of the model in order; null for those that nothing reads. */
  readonly columns: readonly { readonly name: string; readonly feature: Feature | null }[]
  /** True when columns are found by their names; false when by their order. */
  readonly byName: boolean
}

/**
 * Finds each feature's column in a table: by name where the names are known, in order where they are not.
 * @throws WorkstationError invalid, naming what is missing or how many columns there should be
 */
export function locateColumns(
  plan: ColumnPlan,
  table: readonly DataColumn[],
  asked: string | null,
): {
  readonly targetColumn: string | null
  readonly found: readonly { readonly feature: Feature; readonly column: DataColumn }[]
  /** Names that the columns which nothing reads have in the table, or had in the model. */
  readonly ignored: readonly string[]
} {
  const { columns, byName } = plan
  const names = new Set(columns.map(({ name }) => name))
  const target = findTarget(table, { asked, names, width: byName ? null : columns.length })
  const candidates = table.filter(({ name }) => name !== target || (byName && names.has(name)))
  if (!byName && candidates.length !== columns.length) {
    throw new WorkstationError(
      'invalid',
      `the model takes ${columns.length} columns, but the file has ${candidates.length} besides the target: ${listNames(candidates.map(({ name }) => name))}`,
    )
  }
  const missing = byName
    ? columns.filter(
        ({ name, feature }) => feature !== null && !candidates.some((each) => each.name === name),
      )
    : []
  if (missing.length > 0) {
    throw new WorkstationError(
      'invalid',
      `the model takes ${missing.length === 1 ? 'a column' : 'columns'} ${listNames(missing.map(({ name }) => `"${name}"`))}, which the file does not have; it has ${listNames(candidates.map(({ name }) => name))}`,
    )
  }
  const found = columns.flatMap(({ name, feature }, index) => {
    const column = byName ? candidates.find((each) => each.name === name) : candidates[index]
    return feature === null || column === undefined ? [] : [{ feature, column }]
  })
  const ignored = columns.flatMap(({ name, feature }, index) =>
    feature === null ? [byName ? name : (candidates[index]?.name ?? name)] : [],
  )
  return { targetColumn: target, found, ignored }
}

/**
 * How the columns of the training data reach a converted model. Where the file knows no names, the features take
 * those of the training data.
 * @throws WorkstationError invalid when names, widths or types disagree
 */
export function fitConverted(
  model: { readonly graph: OnnxSummary; readonly conversion: ConversionReport },
  table: readonly DataColumn[],
  asked: string | null,
): FittedSignature {
  const { conversion } = model
  const signature = deriveConvertedSignature(model.graph, conversion)
  const byName = conversion.hasNames
  const features = [...signature.features]
  const columns = conversion.columns.map(({ name, input }) => ({
    name,
    feature: input === null ? null : (features.shift() ?? null),
  }))
  const { targetColumn, found, ignored } = locateColumns({ columns, byName }, table, asked)
  const inputs = new Map(signature.inputs.map((input) => [input.name, input]))
  return {
    signature: {
      ...signature,
      ...(ignored.length === 0 ? {} : { ignoredColumns: ignored }),
      features: found.map(({ feature, column }) => {
        const input = inputs.get(feature.input)
        return {
          ...feature,
          name: byName ? feature.name : column.name,
          type: input === undefined ? feature.type : checkColumn(column, input),
        }
      }),
    },
    targetColumn,
    sources: found.map(({ column }) => column.name),
  }
}

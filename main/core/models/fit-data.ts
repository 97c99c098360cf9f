import type { ConversionReport } from '../../formats/convert-model'
import type { OnnxSummary } from '../../formats/onnx/summary'
import { WorkstationError } from '../../errors'
import type { FeatureType, Signature, TensorElementType } from '../signatures/signature'
import type { ColumnPlan, FittedSignature } from './converted-signature'
import { deriveConvertedSignature, fitConverted, locateColumns } from './converted-signature'
import { checkColumn, deriveSignature, readInput } from './derive-signature'
import type { DataColumn } from './model'

/** What callers send for an input that no training data describe. */
const TYPES: Readonly<Record<TensorElementType, FeatureType>> = {
  float32: 'number',
  float64: 'number',
  int32: 'integer',
  int64: 'integer',
  bool: 'boolean',
  string: 'string',
}

/** What training data are held against: a model that is new, or the signature of one that serves already. */
export type DataFit =
  | { readonly kind: 'model'; readonly graph: OnnxSummary; readonly conversion: ConversionReport | null }
  | {
      readonly kind: 'signature'
      readonly signature: Signature
      /** True when gaps in the data may be answered from now on: for graphs that do not say what they accept. */
      readonly learnsGaps: boolean
    }

const NUMBERED = /^x\d+$/

/** Features of a signature in the order of a table, where what is not read has its place too. */
export function planColumns(
  { features, ignoredColumns = [] }: Signature,
  names: ReadonlySet<string>,
): ColumnPlan {
  const columns = [
    ...features.map((feature) => ({ name: feature.name, feature })),
    ...ignoredColumns.map((name) => ({ name, feature: null })),
  ]
  // Columns that nobody named are numbered by their place, unless the table happens to number its own.
  const placeOf = (name: string): number => Number(name.slice(1))
  const ordered = columns.every(({ name }) => NUMBERED.test(name))
    ? columns.toSorted((left, right) => placeOf(left.name) - placeOf(right.name))
    : null
  if (ordered === null || !ordered.every(({ name }, index) => name === `x${index}`))
    return { columns, byName: true }
  return { columns: ordered, byName: features.every(({ name }) => names.has(name)) }
}

function fitSignature(
  { signature, learnsGaps }: Extract<DataFit, { kind: 'signature' }>,
  table: readonly DataColumn[],
  asked: string | null,
): FittedSignature {
  const plan = planColumns(signature, new Set(table.map(({ name }) => name)))
  const { targetColumn, found } = locateColumns(plan, table, asked)
  const inputs = new Map(signature.inputs.map((input) => [input.name, input]))
  const features = found.map(({ feature, column }) => {
    const input = inputs.get(feature.input)
    if (input !== undefined) checkColumn(column, input)
    const canBeMissing = input !== undefined && ['float32', 'float64', 'string'].includes(input.elementType)
    return learnsGaps && canBeMissing && column.missing > 0 ? { ...feature, acceptsMissing: true } : feature
  })
  return {
    signature: { ...signature, features },
    targetColumn,
    sources: found.map(({ column }) => column.name),
  }
}

/** How the columns of a table reach a model. @throws WorkstationError invalid when they do not fit; unsupported */
export function fitData(fit: DataFit, table: readonly DataColumn[], asked: string | null): FittedSignature {
  if (fit.kind === 'signature') return fitSignature(fit, table, asked)
  const { graph, conversion } = fit
  if (conversion !== null) return fitConverted({ graph, conversion }, table, asked)
  const derived = deriveSignature(graph, table, asked)
  return { ...derived, sources: derived.signature.features.map(({ name }) => name) }
}

/**
 * What a model takes and answers as far as its file says.
 * @throws WorkstationError unsupported for graphs that are not tabular; invalid when only training data can tell how
 * many columns a graph takes
 */
export function readSignature(graph: OnnxSummary, conversion: ConversionReport | null): Signature {
  if (conversion !== null) return deriveConvertedSignature(graph, conversion)
  const inputs = graph.inputs.map(readInput)
  const open = inputs.find((input) => input.declaredWidth === null)
  if (open !== undefined) {
    throw new WorkstationError(
      'invalid',
      `input "${open.name}" does not say how many columns it takes; add training data, whose columns tell`,
    )
  }
  const isByName = inputs.length > 1 && inputs.every((input) => input.width === 1)
  const names = isByName
    ? inputs.map((input) => input.name)
    : Array.from({ length: inputs.reduce((sum, input) => sum + input.width, 0) }, (_, index) => `x${index}`)
  const columns: DataColumn[] = inputs
    .flatMap((input) => Array.from({ length: input.width }, () => input.elementType))
    .map((elementType, index) => ({
      name: names[index] ?? `x${index}`,
      type: TYPES[elementType],
      missing: 0,
      distinct: 0,
      examples: [],
    }))
  return deriveSignature(graph, columns, null).signature
}

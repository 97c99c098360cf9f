// ColumnTransformer and FeatureUnion: several transformers beside each other.
import type { PickleValue } from '../pickle/value'
import type { Conversion, Converter, ConverterTable, InputColumn, Inquiry, PassedColumn } from './conversion'
import { narrowColumn, openColumn, passAll } from './column-needs'
import { Estimator } from './estimator'
import type { Frame } from './frame'
import { joinNumbers, numberFrame, pickColumns, widthOf } from './frame'
import { lookUp, readElements } from './plain-values'
import { readPositions } from './read-positions'
import type { Table } from './read-positions'

/** A transformer (null: columns are handed on) with the columns it gets and the factor for what it makes. */
type Part = {
  readonly transformer: Estimator | null
  readonly positions: readonly number[]
  readonly weight: number
}

type ReadParts = (owner: Estimator, width: number) => readonly Part[]

function readWeight(owner: Estimator, name: PickleValue | undefined): number {
  if (typeof name !== 'string' || !owner.has('transformer_weights')) return 1
  const weight = lookUp(owner.get('transformer_weights'), name)
  return typeof weight === 'number' ? weight : 1
}

function readTransformer(owner: Estimator, value: PickleValue | undefined): Estimator | null {
  if (value === 'passthrough') return null
  return Estimator.from(value) ?? owner.refuse('one of its transformers is no estimator')
}

const readTable = (owner: Estimator, given?: number): Table => {
  const names = owner.featureNames
  const width = names?.length ?? owner.numberOr('n_features_in_', null) ?? given
  return width === undefined
    ? owner.refuse('the file does not say how many columns it was fitted on')
    : { names, width }
}

/** The fitted parts, the remainder last as scikit-learn puts it. Parts without columns were never fitted. */
function readColumnParts(owner: Estimator, width: number): readonly Part[] {
  const table = { names: owner.featureNames, width }
  return owner.items('transformers_').flatMap((item): Part[] => {
    const [name, value, columns] = readElements(item) ?? []
    if (value === undefined || value === 'drop' || value === null) return []
    const known =
      typeof name === 'string' ? lookUp(owner.get('_transformer_to_input_indices'), name) : undefined
    const positions = readPositions(owner, known ?? columns, table)
    if (positions.length === 0) return []
    return [{ transformer: readTransformer(owner, value), positions, weight: readWeight(owner, name) }]
  })
}

function readUnionParts(owner: Estimator, width: number): readonly Part[] {
  const positions = Array.from({ length: width }, (_, index) => index)
  return owner.items('transformer_list').flatMap((item): Part[] => {
    const [name, value] = readElements(item) ?? []
    if (value === undefined || value === 'drop' || value === null) return []
    return [{ transformer: readTransformer(owner, value), positions, weight: readWeight(owner, name) }]
  })
}

/** What a part hands on, in columns of the whole table; null when the number of its columns is unknown. */
function passPart(part: Part, inquiry: Inquiry): readonly (PassedColumn | null)[] | null {
  const { transformer, positions, weight } = part
  const passed =
    transformer === null ? passAll(positions.length, true) : inquiry.passes(transformer, positions.length)
  if (passed === null) return null
  return passed.map((column) => {
    const position = column === null ? undefined : positions[column.column]
    if (column === null || position === undefined) return null
    return { ...column, column: position, isUnchanged: column.isUnchanged && weight === 1 }
  })
}

function passParts(parts: readonly Part[], inquiry: Inquiry): readonly (PassedColumn | null)[] | null {
  const all: (PassedColumn | null)[] = []
  for (const part of parts) {
    const passed = passPart(part, inquiry)
    if (passed === null) return null
    all.push(...passed)
  }
  return all
}

const AS_IT_IS = { isUnchanged: true, keepsMissing: true }

/** What all parts want of each column; a column that no part gets is unused. */
function needParts(
  owner: Estimator,
  parts: readonly Part[],
  { table, inquiry }: { readonly table: Table; readonly inquiry: Inquiry },
): readonly InputColumn[] {
  const columns = Array.from({ length: table.width }, (_, index) => openColumn(table.names?.[index] ?? null))
  const readers = new Uint32Array(table.width)
  for (const { transformer, positions } of parts) {
    const needs =
      transformer === null
        ? positions.map(() => openColumn(null))
        : inquiry.inputs(transformer, positions.length)
    if (transformer !== null && needs.length !== positions.length)
      transformer.refuse(`it was fitted on ${needs.length} columns, but gets ${positions.length}`)
    positions.forEach((position, index) => {
      const [column, need] = [columns[position], needs[index]]
      if (column === undefined || need === undefined) return
      columns[position] = narrowColumn(owner, column, { need, passed: { column: position, ...AS_IT_IS } })
      if (need.isUnused !== true) readers[position] = 1
      columns[position] = { ...columns[position], name: column.name ?? need.name }
    })
  }
  const exposed = passParts(parts, inquiry) === null ? findExposed(parts, inquiry) : new Set<number>()
  return columns.map((column, index): InputColumn => {
    if (readers[index] === 0) return { ...column, isUnused: true }
    return exposed.has(index) ? { ...column, acceptsMissing: false } : column
  })
}

/** Columns that may reach what follows while they are missing. Asked where positions behind are unknown. */
function findExposed(parts: readonly Part[], inquiry: Inquiry): Set<number> {
  const passed = parts.flatMap((part) => passPart(part, inquiry) ?? [])
  return new Set(passed.flatMap((column) => (column?.keepsMissing === true ? [column.column] : [])))
}

function transformParts(conversion: Conversion, parts: readonly Part[], frame: Frame): Frame {
  return parts.flatMap(({ transformer, positions, weight }) => {
    const picked = pickColumns(conversion.builder, frame, positions)
    const made = transformer === null ? picked : conversion.transform(transformer, picked)
    if (weight === 1) return made
    const { builder } = conversion
    const weighted = builder.add('Mul', [joinNumbers(builder, made), builder.numbers([weight])])
    return numberFrame(weighted, widthOf(made))
  })
}

const buildConverter = (readParts: ReadParts): Converter => ({
  inputs: (owner, inquiry, given) => {
    const table = readTable(owner, given)
    return needParts(owner, readParts(owner, table.width), { table, inquiry })
  },
  passes: (owner, inquiry, given) => passParts(readParts(owner, readTable(owner, given).width), inquiry),
  transform: (conversion, owner, frame) =>
    transformParts(conversion, readParts(owner, widthOf(frame)), frame),
})

const COLUMN_TRANSFORMER = buildConverter(readColumnParts)

/** A union knows its columns from its first part that does. */
const FEATURE_UNION: Converter = {
  ...buildConverter(readUnionParts),
  inputs: (owner, inquiry, given) => {
    const table = readUnionTable(owner, inquiry, given)
    return needParts(owner, readUnionParts(owner, table.width), { table, inquiry })
  },
  passes: (owner, inquiry, given) =>
    passParts(readUnionParts(owner, readUnionTable(owner, inquiry, given).width), inquiry),
}

function readUnionTable(owner: Estimator, inquiry: Inquiry, given?: number): Table {
  if (given !== undefined) return { names: owner.featureNames, width: given }
  const first = readUnionParts(owner, 0).find(({ transformer }) => transformer !== null)?.transformer
  if (first === undefined || first === null) return readTable(owner)
  const columns = inquiry.inputs(first)
  const names = columns.flatMap(({ name }) => (name === null ? [] : [name]))
  return { names: names.length === columns.length ? names : null, width: columns.length }
}

export const COLUMN_CONVERTERS: ConverterTable = {
  'sklearn.ColumnTransformer': COLUMN_TRANSFORMER,
  'sklearn.FeatureUnion': FEATURE_UNION,
}

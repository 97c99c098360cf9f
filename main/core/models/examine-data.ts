import { WorkstationError } from '../../errors'
import type { AnalysisTasks, ExaminedData } from '../analysis'
import { buildProfile } from '../distributions/profile'
import type { FeatureValue } from '../distributions/value'
import type { Feature } from '../signatures/signature'
import { pickBackground } from './pick-background'
import { describeColumn, toValues } from './data-column'
import { findFault } from './answerable'
import type { FittedSignature } from './converted-signature'
import { fitData } from './fit-data'
import { readTable } from './read-table'
import type { Table } from './read-table'

/** Rows that go through the session before a version is accepted. */
export const SAMPLE_ROWS = 1000

type Input = AnalysisTasks['examine-data']['input']

function pick(from: readonly number[], most: number): number[] {
  const wanted = Math.min(from.length, most)
  return Array.from({ length: wanted }, (_, index) => from[Math.floor((index * from.length) / wanted)] ?? 0)
}

type Samples = Pick<ExaminedData, 'profile' | 'sample' | 'sampleTargets' | 'background' | 'notes'>

type FeatureValues = { readonly feature: Feature; readonly values: readonly FeatureValue[] }

/** Rows that the model answers: one that refuses gaps cannot be tried on a row that has one. */
function findAnswerable(columns: readonly FeatureValues[], rows: number): number[] {
  const isRefused = new Uint8Array(rows)
  let first: string | null = null
  for (const { feature, values } of columns) {
    if (feature.acceptsMissing && feature.categories === undefined) continue
    for (let row = 0; row < rows; row++) {
      const fault = findFault(feature, values[row] ?? null)
      if (fault === null) continue
      isRefused[row] = 1
      first ??= `"${feature.name}" ${fault} in row ${row + 1}`
    }
  }
  const answerable = Array.from({ length: rows }, (_, row) => row).filter((row) => isRefused[row] === 0)
  if (answerable.length > 0 || first === null) return answerable
  throw new WorkstationError('invalid', `the model answers no row of the training data: ${first}`)
}

function profileTable(table: Table, fit: FittedSignature): Samples {
  const cellsOf = (name: string): readonly string[] => table.columns[table.names.indexOf(name)] ?? []
  const { signature, sources, targetColumn: target } = fit
  const columns = signature.features.map((feature, index) => ({
    feature,
    values: toValues(cellsOf(sources[index] ?? feature.name), feature.type),
  }))
  const rowAt = (row: number): FeatureValue[] => columns.map((column) => column.values[row] ?? null)
  const answerable = findAnswerable(columns, table.rows)
  const picked = pick(answerable, SAMPLE_ROWS)
  const targetCells = target === null ? [] : cellsOf(target)
  const targetValues = target === null ? [] : toValues(targetCells, describeColumn(target, targetCells).type)
  const answerableTargets = target === null ? [] : answerable.map((row) => targetValues[row] ?? null)
  const left = table.rows - answerable.length
  return {
    profile: buildProfile(
      columns.map(({ feature, values }) => ({ name: feature.name, type: feature.type, values })),
    ),
    sample: picked.map(rowAt),
    background: pickBackground(answerable.length, answerableTargets).map((at) => rowAt(answerable[at] ?? 0)),
    sampleTargets: target === null ? [] : picked.map((row) => targetValues[row] ?? null),
    notes:
      left === 0
        ? []
        : [
            `${left.toLocaleString('en')} of ${table.rows.toLocaleString('en')} rows of the training data have gaps or values that the model refuses; they were left out of the self-test.`,
          ],
  }
}

/** Reads training data, fits their columns to the model and freezes their distributions. Runs in an analysis worker. */
export async function examineData(
  input: Input,
  onProgress: (fraction: number) => void,
): Promise<ExaminedData> {
  const table = await readTable(input.path, (fraction) => onProgress(fraction * 0.6))
  const columns = table.names.map((name, index) => describeColumn(name, table.columns[index] ?? []))
  onProgress(0.8)
  try {
    const fit = fitData(input.fit, columns, input.targetColumn)
    return {
      rows: table.rows,
      columns,
      targetColumn: fit.targetColumn,
      signature: fit.signature,
      problem: null,
      ...profileTable(table, fit),
    }
  } catch (error) {
    if (!(error instanceof WorkstationError)) throw error
    return {
      rows: table.rows,
      columns,
      targetColumn: input.targetColumn,
      signature: null,
      problem: error.message,
      profile: null,
      notes: [],
      sample: [],
      sampleTargets: [],
      background: [],
    }
  }
}

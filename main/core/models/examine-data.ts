import { WorkstationError } from '../../errors'
import type { ExaminedData } from '../analysis'
import type { OnnxSummary } from '../../formats/onnx/summary'
import { buildProfile } from '../distributions/profile'
import type { FeatureValue } from '../distributions/value'
import { pickBackground } from './pick-background'
import { describeColumn, toValues } from './data-column'
import { deriveSignature } from './derive-signature'
import { readTable } from './read-table'
import type { Table } from './read-table'

/** Rows that go through the session before a version is accepted. */
export const SAMPLE_ROWS = 1000

type Input = { readonly path: string; readonly graph: OnnxSummary; readonly targetColumn: string | null }

function pickRows(rows: number): number[] {
  const wanted = Math.min(rows, SAMPLE_ROWS)
  return Array.from({ length: wanted }, (_, index) => Math.floor((index * rows) / wanted))
}

function profileTable(
  table: Table,
  fit: ReturnType<typeof deriveSignature>,
): Pick<ExaminedData, 'profile' | 'sample' | 'sampleTargets' | 'background'> {
  const cellsOf = (name: string): readonly string[] => table.columns[table.names.indexOf(name)] ?? []
  const columns = fit.signature.features.map((feature) => ({
    name: feature.name,
    type: feature.type,
    values: toValues(cellsOf(feature.name), feature.type),
  }))
  const picked = pickRows(table.rows)
  const target = fit.targetColumn
  const targetCells = target === null ? [] : cellsOf(target)
  const targetValues = target === null ? [] : toValues(targetCells, describeColumn(target, targetCells).type)
  const rowAt = (row: number): FeatureValue[] => columns.map((column) => column.values[row] ?? null)
  return {
    profile: buildProfile(columns),
    sample: picked.map(rowAt),
    background: pickBackground(table.rows, targetValues).map(rowAt),
    sampleTargets: target === null ? [] : picked.map((row) => targetValues[row] ?? null),
  }
}

/** Reads training data, fits their columns to the graph and freezes their distributions. Runs in an analysis worker. */
export async function examineData(
  input: Input,
  onProgress: (fraction: number) => void,
): Promise<ExaminedData> {
  const table = await readTable(input.path, (fraction) => onProgress(fraction * 0.6))
  const columns = table.names.map((name, index) => describeColumn(name, table.columns[index] ?? []))
  onProgress(0.8)
  try {
    const fit = deriveSignature(input.graph, columns, input.targetColumn)
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
      sample: [],
      sampleTargets: [],
      background: [],
    }
  }
}

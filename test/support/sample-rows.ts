/** The rows and expected answers that lie beside the models. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { FIXTURES, RESOURCES } from './workstation'

export type NumberRecord = Readonly<Record<string, number>>

/** The rows of `resources/samples/<sample>/live/<kind>.csv` as records to predict. */
export function readLiveRows(
  sample: 'fraud' | 'iris' | 'diabetes',
  kind: 'fresh' | 'drifted',
): readonly NumberRecord[] {
  const text = readFileSync(join(RESOURCES, 'samples', sample, 'live', `${kind}.csv`), 'utf8')
  return parse<NumberRecord>(text, {
    columns: true,
    cast: (value, { header }) => (header ? value : Number(value)),
  })
}

export type ExpectedRecord = {
  readonly inputs: Readonly<Record<string, string | number>>
  readonly label?: string
  readonly probabilities?: NumberRecord
  readonly value?: number
}

/** Records with the answers that the Python runtime gives for them. */
export function readExpectedAnswers(name: string): readonly ExpectedRecord[] {
  const all = JSON.parse(readFileSync(join(FIXTURES, 'onnx/expected.json'), 'utf8')) as Readonly<
    Record<string, { readonly records: readonly ExpectedRecord[] }>
  >
  const found = all[name]
  if (found === undefined) throw new Error(`no expected answers for ${name}`)
  return found.records
}

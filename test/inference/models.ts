/** The models these tests run, and rows for them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunRequest } from '../../main/inference/pool'
import type { TensorData } from '../../main/inference/tensor'

const ROOT = join(import.meta.dirname, '../..')

type IrisRecord = {
  readonly inputs: Readonly<Record<string, number>>
  readonly label: string
  readonly probabilities: Readonly<Record<string, number>>
}

export const IRIS = join(ROOT, 'resources/samples/iris/model.onnx')
export const DIABETES = join(ROOT, 'resources/samples/diabetes/model.onnx')

/** A model of test/fixtures/onnx. */
export function fixture(name: string): string {
  return join(ROOT, 'test/fixtures/onnx', `${name}.onnx`)
}

/** A model of test/inference/models, made by make_models.py. */
export function ownModel(name: string): string {
  return join(import.meta.dirname, 'models', `${name}.onnx`)
}

/** Records with the answers that the Python runtime gives for them. */
export function readExpected<T = IrisRecord>(name: string): readonly T[] {
  const path = join(ROOT, 'test/fixtures/onnx/expected.json')
  const all = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { readonly records: readonly T[] }>
  return all[name]!.records
}

export function float32(rows: readonly (readonly number[])[]): TensorData {
  return { type: 'float32', dims: [rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) }
}

/** Iris rows that differ from each other: row `n` of an endless table. */
export function irisRow(n: number): number[] {
  return [4 + (n % 37) / 10, 2 + (n % 23) / 10, 1 + (n % 59) / 10, 0.1 + (n % 25) / 10]
}

export function irisRequest(first: number, rows: number): RunRequest {
  const table = Array.from({ length: rows }, (_, index) => irisRow(first + index))
  return { rows, inputs: { float_input: float32(table) }, outputs: ['output_label'] }
}

/** Rows for the fixtures with one input `x` of three columns. */
export function wideRequest(...rows: readonly (readonly [number, number, number])[]): RunRequest {
  return { rows: rows.length, inputs: { x: float32(rows) } }
}

export function valuesOf(outputs: Readonly<Record<string, TensorData>>, name: string): readonly unknown[] {
  return [...outputs[name]!.data]
}

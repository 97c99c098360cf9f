/** Models read out of files, and the reference values that shap gives for them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExplainRowsInput, ExplainedRow } from '../../../main/core/explanations/explain-by-walk'
import { explainRows } from '../../../main/core/explanations/explain-by-walk'
import type { WalkMethod } from '../../../main/core/explanations/choose-method'
import type { BodyModel } from '../../../main/core/explanations/body-model'
import type { ModelBody } from '../../../main/formats/onnx/model-body'
import { readModelBody } from '../../../main/formats/onnx/model-body'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'

export const EXPLANATION_FIXTURES = join(import.meta.dirname, '../../fixtures/explanations')

/** Record × feature, or class × record × feature. */
export type Reference<Values, Bias> = {
  readonly background: readonly (readonly number[])[]
  readonly records: readonly (readonly number[])[]
  readonly bias: Bias
  readonly values: Values
}
type Table = readonly (readonly number[])[]

export const REFERENCES = JSON.parse(readFileSync(join(EXPLANATION_FIXTURES, 'references.json'), 'utf8')) as {
  readonly fraud: Reference<Table, number>
  readonly diabetes: Reference<Table, number>
  readonly covers: Reference<Table, number>
  readonly iris: Reference<readonly Table[], readonly number[]>
  readonly 'forest-classifier': Reference<readonly Table[], readonly number[]>
}

/** The trees or weights behind an output of a file with one input. */
export function readBody(
  path: string,
  output: string,
  widths: Readonly<Record<string, number>>,
): ModelBody | null {
  return readModelBody(readOnnx(readFileSync(path)), { output, widths })
}

/** A model whose columns are its features, one to one. */
export function toBodyModel(body: ModelBody, background: readonly (readonly number[])[]): BodyModel {
  const features = body.columns.length
  return {
    body,
    features,
    players: body.columns.map((_, index) => index),
    isText: body.columns.map(() => false),
    background: Float64Array.from(background.flat(), Math.fround),
    backgroundRows: background.length,
  }
}

const FEW_ROWS = 20

/** Explains by the walk that suits: by covers only where there is next to no background. */
export function walkRows(
  input: Omit<ExplainRowsInput, 'method'> & { readonly method?: WalkMethod },
): (ExplainedRow & { readonly method: WalkMethod })[] {
  const { part } = input.model.body
  const isByCover =
    part.kind === 'forest' && part.forest.cover !== null && input.model.backgroundRows < FEW_ROWS
  const suiting =
    part.kind === 'linear' ? 'linear' : isByCover ? 'path-dependent-tree' : 'interventional-tree'
  const method = input.method ?? suiting
  return explainRows({ ...input, method }).map((row) => ({ ...row, method }))
}

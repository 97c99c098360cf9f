// Fitted transformers of several scikit-learn releases with what they answered, as make_preprocessing.py wrote them.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Estimator } from '../../main/formats/sklearn/estimator'
import type { Cell } from './converted-model'
import { readEstimator } from './converted-model'

export type PreprocessingCase = {
  readonly name: string
  readonly kind: 'transform' | 'predict'
  readonly pickle: string
  readonly rows: readonly (readonly Cell[])[]
  readonly expected: readonly (readonly Cell[])[]
}

export type RefusedCase = { readonly name: string; readonly word: string; readonly pickle: string }

export type Release = {
  readonly version: string
  readonly cases: readonly PreprocessingCase[]
  readonly refused: readonly RefusedCase[]
}

const folder = join(import.meta.dirname, '../fixtures/pickles/preprocessing')

export const readReleases = (): Release[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .map((name) => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()) as Release)

export const unpickle = (model: { readonly pickle: string }): Estimator =>
  readEstimator(Buffer.from(model.pickle, 'base64'))

// XGBoost's own files: which of its formats a file has, and the document inside.
import { WorkstationError } from '../../errors'
import { readXgboostJson } from './json'
import { readUbjson } from './ubjson'

const MOST_BYTES = 400_000_000

export type XgboostFileKind = 'ubj' | 'json'

/** What the start of a file says: a document, the binary format that XGBoost wrote before, or something else. */
export function recognizeXgboostFile(bytes: Uint8Array): XgboostFileKind | 'old' | null {
  const head = String.fromCharCode(...bytes.subarray(0, 400))
  if (/^(binf|bs64|CONFIG-offset:)/.test(head)) return 'old'
  if (/^\{[LlIiU]/.test(head)) return 'ubj'
  return /^\s*\{\s*"(learner|version|Config|Model)"\s*:/.test(head) ? 'json' : null
}

/**
 * The document of a `.ubj` or `.json` file, or of the bytes inside a pickled Booster.
 * @throws WorkstationError invalid, unsupported for the old binary format, too_large
 */
export function readXgboostDocument(bytes: Uint8Array, kind: XgboostFileKind | null = null): unknown {
  if (bytes.length > MOST_BYTES)
    throw new WorkstationError(
      'too_large',
      `the XGBoost model has ${bytes.length} bytes; at most ${MOST_BYTES} are read`,
    )
  const found = recognizeXgboostFile(bytes)
  if (found === 'old')
    throw new WorkstationError(
      'unsupported',
      "the XGBoost model is in the old binary format, which XGBoost itself gave up in 3.1. Load it in an XGBoost before 3.1 and save it anew: booster.save_model('model.ubj') (from 1.6 on) or 'model.json'",
    )
  const meant = found ?? kind
  if (meant === null)
    throw new WorkstationError(
      'invalid',
      'the file is no XGBoost model: it is neither UBJSON nor JSON of XGBoost',
    )
  return meant === 'ubj' ? readUbjson(bytes) : readXgboostJson(bytes)
}

// What lies in a model file that is not ONNX, as it is told to a person; nothing of it is run.
import type { PickleInspection } from './pickle/inspect-pickle'
import { inspectPickle } from './pickle/inspect-pickle'
import { recognizeModelFile } from './recognize-model-file'

/** `pickle`: every estimator, parameter and name in the file. */
export type FileContents = { readonly kind: 'pickle'; readonly pickle: PickleInspection }

/**
 * Reads what is in a pickle, also when it cannot be converted or is dangerous. Null for files that are no pickles.
 * @throws WorkstationError invalid for a broken file; too_large
 */
export function inspectModelFile(bytes: Uint8Array): FileContents | null {
  return recognizeModelFile(bytes) === 'pickle' ? { kind: 'pickle', pickle: inspectPickle(bytes) } : null
}

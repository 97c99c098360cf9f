import { readFileSync } from 'node:fs'
import { WorkstationError } from '../../errors'
import { convertModelFile } from '../../formats/convert-model'
import type { FileContents } from '../../formats/inspect-model-file'
import { inspectModelFile } from '../../formats/inspect-model-file'
import { checkServable } from '../../formats/onnx/check-onnx'
import { inspectOnnx } from '../../formats/onnx/inspect-onnx'
import { readOnnx } from '../../formats/onnx/read-onnx'
import { removeZipMap } from '../../formats/onnx/remove-zipmap'
import { recognizeModelFile } from '../../formats/recognize-model-file'
import type { ExaminedModel, InspectedModel } from '../analysis'
import { mayRunCode, mentionPython } from './run-code'

function examine(bytes: Uint8Array): ExaminedModel {
  const format = recognizeModelFile(bytes)
  if (format === 'onnx') return examineOnnx(bytes)
  const { bytes: served, report } = convertModelFile(bytes)
  const graph = inspectOnnx(readOnnx(served))
  checkServable(graph)
  const from = report.libraryVersion === null ? report.library : `${report.library} ${report.libraryVersion}`
  return {
    format,
    graph,
    served,
    changes: [
      `${report.estimator} of ${from} was converted to ONNX in double precision; nothing of the file was run.`,
    ],
    conversion: report,
  }
}

function examineOnnx(bytes: Uint8Array): ExaminedModel {
  const model = readOnnx(bytes)
  const graph = inspectOnnx(model)
  checkServable(graph)
  const patched = removeZipMap(model)
  const unchanged = { format: 'onnx', conversion: null } as const
  if (patched === null) return { ...unchanged, graph, served: null, changes: [] }
  return {
    ...unchanged,
    graph: inspectOnnx(readOnnx(patched.bytes)),
    served: patched.bytes,
    changes: [
      patched.removed === 1
        ? 'The ZipMap node was replaced on a copy, so that class probabilities come out as a plain tensor.'
        : `${patched.removed} ZipMap nodes were replaced on a copy, so that class probabilities come out as plain tensors.`,
    ],
  }
}

/**
 * Reads a model file, refuses what cannot be served, and prepares the copy that is served: with ZipMap replaced, or
 * converted to ONNX. Runs in an analysis worker: the file is somebody else's.
 */
export function examineModel(input: { readonly path: string }): ExaminedModel {
  const bytes = readFileSync(input.path)
  try {
    return examine(bytes)
  } catch (error) {
    throw mayRunCode(error, recognizeModelFile(bytes)) ? mentionPython(error) : error
  }
}

/** Null when the file is packed in a way that only Python reads. */
function readContents(bytes: Uint8Array): FileContents | null {
  try {
    return inspectModelFile(bytes)
  } catch (error) {
    if (error instanceof WorkstationError && error.code === 'unsupported') return null
    throw error
  }
}

/**
 * What lies in a model file. A file that can be read but not served is told with the reason; only one that cannot be
 * read throws. ONNX files have nothing inside that their graph would not say, and are refused as at registration.
 */
export function inspectModel(input: { readonly path: string }): InspectedModel {
  const bytes = readFileSync(input.path)
  const format = recognizeModelFile(bytes)
  if (format === 'onnx') {
    const { served: _served, ...examined } = examineOnnx(bytes)
    return { format, examined, refusal: null, mayRunCode: false, contents: null }
  }
  const contents = readContents(bytes)
  try {
    const { served: _served, ...examined } = examine(bytes)
    return { format, examined, refusal: null, mayRunCode: false, contents }
  } catch (error) {
    if (!(error instanceof WorkstationError)) throw error
    const refusal = { code: error.code, message: error.message }
    return { format, examined: null, refusal, mayRunCode: mayRunCode(error, format), contents }
  }
}

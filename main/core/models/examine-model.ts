import { readFileSync } from 'node:fs'
import { WorkstationError } from '../../errors'
import { convertModelFile } from '../../formats/convert-model'
import { inspectModelFile } from '../../formats/inspect-model-file'
import { checkServable } from '../../formats/onnx/check-onnx'
import { inspectOnnx } from '../../formats/onnx/inspect-onnx'
import { readOnnx } from '../../formats/onnx/read-onnx'
import { removeZipMap } from '../../formats/onnx/remove-zipmap'
import { recognizeModelFile } from '../../formats/recognize-model-file'
import type { ExaminedModel, InspectedModel } from '../analysis'

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
  return examine(readFileSync(input.path))
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
    return { format, examined, refusal: null, contents: null }
  }
  const contents = inspectModelFile(bytes)
  try {
    const { served: _served, ...examined } = examine(bytes)
    return { format, examined, refusal: null, contents }
  } catch (error) {
    if (!(error instanceof WorkstationError)) throw error
    return { format, examined: null, refusal: { code: error.code, message: error.message }, contents }
  }
}

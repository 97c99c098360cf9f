import { readFileSync } from 'node:fs'
import { checkServable } from '../../formats/onnx/check-onnx'
import { inspectOnnx } from '../../formats/onnx/inspect-onnx'
import { readOnnx } from '../../formats/onnx/read-onnx'
import { removeZipMap } from '../../formats/onnx/remove-zipmap'
import type { ExaminedModel } from '../analysis'

/**
 * Reads a model file, refuses what cannot be served, and prepares the copy that is served.
 * Runs in an analysis worker: the file is somebody else's.
 */
export function examineModel(input: { readonly path: string }): ExaminedModel {
  const model = readOnnx(readFileSync(input.path))
  const graph = inspectOnnx(model)
  checkServable(graph)
  const patched = removeZipMap(model)
  if (patched === null) return { graph, served: null, changes: [] }
  return {
    graph: inspectOnnx(readOnnx(patched.bytes)),
    served: patched.bytes,
    changes: [
      patched.removed === 1
        ? 'The ZipMap node was replaced on a copy, so that class probabilities come out as a plain tensor.'
        : `${patched.removed} ZipMap nodes were replaced on a copy, so that class probabilities come out as plain tensors.`,
    ],
  }
}

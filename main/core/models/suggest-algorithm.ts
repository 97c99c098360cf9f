import type { ConversionReport } from '../../formats/convert-model'
import type { OnnxSummary } from '../../formats/onnx/summary'

const FAMILY_NAMES: Readonly<Record<OnnxSummary['family'], string>> = {
  'tree-ensemble': 'Tree ensemble',
  linear: 'Linear model',
  svm: 'Support vector machine',
  'neural-network': 'Neural network',
  pipeline: 'Pipeline',
  other: 'ONNX graph',
}

/** A readable name for what kind of model a file holds, for when the user names none. */
export function suggestAlgorithm(graph: OnnxSummary, conversion: ConversionReport | null): string {
  if (conversion !== null)
    return conversion.format === 'pickle' ? conversion.estimator : `${conversion.library} booster`
  return FAMILY_NAMES[graph.family]
}

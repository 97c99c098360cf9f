// Turns a fitted estimator into an ONNX file in double precision.
import { CLASS_LABELS_KEY } from '../onnx/class-labels'
import type { GraphBuilder } from '../onnx/graph-builder'
import { addInputs } from './add-inputs'
import type { ConvertedColumn } from './add-inputs'
import type { Answer, ClassLabels, Conversion, InputColumn } from './conversion'
import { Converting } from './converting'
import type { Estimator } from './estimator'
import { widthOf } from './frame'
import type { Frame } from './frame'

export type { ConvertedColumn } from './add-inputs'

export type ConvertedAnswer =
  | { readonly kind: 'value'; readonly value: string }
  | {
      readonly kind: 'label'
      readonly label: string
      readonly scores: { readonly name: string; readonly kind: 'probability' | 'decision' } | null
      readonly classes: ClassLabels
    }

/** An ONNX file and what is known about it beyond the graph. */
export type ConvertedEstimator = {
  readonly bytes: Uint8Array
  readonly columns: readonly ConvertedColumn[]
  readonly answer: ConvertedAnswer
  readonly notes: readonly string[]
}

function addAnswer(builder: GraphBuilder, answer: Answer): ConvertedAnswer {
  if (answer.kind === 'value') {
    const value = builder.output('value', answer.value, { type: 'float64', width: 1 })
    return { kind: 'value', value }
  }
  const { classes, index, scores } = answer
  const labels = addLabels(builder, classes)
  const chosen = builder.add('Gather', [labels, index], { attributes: { axis: { int: 0 } } })
  const label = builder.output('label', chosen, { type: classes.type, width: null })
  if (scores === null) return { kind: 'label', label, scores: null, classes }
  const wanted = scores.kind === 'probability' ? 'probabilities' : 'decision'
  const name = builder.output(wanted, scores.value, { type: 'float64', width: scores.width })
  return { kind: 'label', label, scores: { name, kind: scores.kind }, classes }
}

function addLabels(builder: GraphBuilder, classes: ClassLabels): string {
  if (classes.type === 'int64') return builder.integers(classes.labels)
  return builder.constant({ type: 'string', values: classes.labels, dims: [classes.labels.length] })
}

function finish(
  converting: Converting,
  inputs: readonly InputColumn[],
  predict: (frame: Frame) => Answer,
): ConvertedEstimator {
  const { frame, columns } = addInputs(converting.builder, inputs)
  const answer = addAnswer(converting.builder, predict(frame))
  const labels =
    answer.kind === 'label' ? { type: answer.classes.type, labels: answer.classes.labels.map(String) } : null
  const bytes = converting.builder.finish({
    metadata: labels === null ? {} : { [CLASS_LABELS_KEY]: JSON.stringify(labels) },
  })
  return { bytes, columns, answer, notes: converting.notes }
}

/**
 * Converts a model that is no estimator, e.g. a booster's own file.
 * @param predict adds the model to the graph, as a converter's `predict` does
 */
export function convertWith(
  inputs: readonly InputColumn[],
  predict: (conversion: Conversion, frame: Frame) => Answer,
): ConvertedEstimator {
  const converting = new Converting()
  return finish(converting, inputs, (frame) => predict(converting, frame))
}

/**
 * Converts a fitted estimator to ONNX: float64 throughout, raw columns in, label and scores or a value out.
 * @throws WorkstationError unsupported, naming the class and the reason
 */
export function convertEstimator(estimator: Estimator): ConvertedEstimator {
  const converting = new Converting()
  const inputs = converting.inputs(estimator)
  if (inputs.length === 0) return estimator.refuse('it was fitted on no columns')
  return finish(converting, inputs, (frame) => {
    if (widthOf(frame) !== inputs.length) return estimator.refuse('its columns do not fit together')
    return converting.predict(estimator, frame)
  })
}

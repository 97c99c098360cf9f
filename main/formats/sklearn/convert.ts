// Turns a fitted estimator into an ONNX file in double precision.
import { WorkstationError } from '../../errors'
import { CLASS_LABELS_KEY } from '../onnx/class-labels'
import { GraphBuilder } from '../onnx/graph-builder'
import type { Answer, ClassLabels, Conversion, Converter, InputColumn } from './conversion'
import { findConverter } from './converters'
import type { Estimator } from './estimator'
import type { Block, Frame } from './frame'
import { widthOf } from './frame'

/** A column that callers send, and where it goes. */
export type ConvertedColumn = {
  readonly name: string
  readonly type: 'float64' | 'string'
  readonly acceptsMissing: boolean
  readonly categories: readonly (number | string)[] | null
  /** Graph input and column there; null when nothing reads it. */
  readonly input: { readonly name: string; readonly column: number } | null
}

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

const MOST_DEPTH = 50

function requireConverter(estimator: Estimator): Converter {
  const converter = findConverter(estimator)
  if (converter !== undefined) return converter
  throw new WorkstationError(
    'unsupported',
    `${estimator.module}.${estimator.name} cannot be converted: there is no converter for this class. ` +
      'Save the model as ONNX in Python and register that file ' +
      "(pip install skl2onnx; from skl2onnx import to_onnx; open('model.onnx', 'wb').write(to_onnx(model, X[:1]).SerializeToString()))",
  )
}

function defaultInputs(estimator: Estimator, acceptsMissing: boolean): InputColumn[] {
  const names = estimator.featureNames
  const width =
    names?.length ?? estimator.numberOr('n_features_in_', null) ?? estimator.numberOr('n_features_', null)
  if (width === null)
    return estimator.refuse('the file does not say how many columns it was fitted on (n_features_in_)')
  return Array.from({ length: width }, (_, index) => ({
    name: names?.[index] ?? null,
    type: 'float64' as const,
    acceptsMissing,
  }))
}

/** Refuses estimators inside estimators without end, which only a crafted file has. */
class Converting implements Conversion {
  readonly builder = new GraphBuilder()
  readonly notes: string[] = []
  private depth = 0

  inputs(estimator: Estimator): readonly InputColumn[] {
    return this.deeper(estimator, (converter) =>
      converter.inputs === undefined
        ? defaultInputs(estimator, converter.acceptsMissing?.(estimator) ?? false)
        : converter.inputs(estimator, this),
    )
  }

  transform(estimator: Estimator, frame: Frame): Frame {
    return this.deeper(estimator, ({ transform }) =>
      transform === undefined
        ? estimator.refuse('it is used as a transformer, but has no transform')
        : transform(this, estimator, frame),
    )
  }

  predict(estimator: Estimator, frame: Frame): Answer {
    return this.deeper(estimator, ({ predict }) =>
      predict === undefined
        ? estimator.refuse(
            'it transforms data and predicts nothing; pickle the whole pipeline with its model as the last step',
          )
        : predict(this, estimator, frame),
    )
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text)
  }

  private deeper<Result>(estimator: Estimator, work: (converter: Converter) => Result): Result {
    if (this.depth >= MOST_DEPTH)
      return estimator.refuse(`estimators are nested more than ${MOST_DEPTH} deep`)
    this.depth++
    try {
      return work(requireConverter(estimator))
    } finally {
      this.depth--
    }
  }
}

/** One matrix input where all columns are numbers, one input per column otherwise. */
function addInputs(
  builder: GraphBuilder,
  inputs: readonly InputColumn[],
): { frame: Frame; columns: ConvertedColumn[] } {
  const names = inputs.map((input, index) => input.name ?? `x${index}`)
  const toColumn = (index: number, input: ConvertedColumn['input']): ConvertedColumn => ({
    name: names[index] ?? '',
    type: inputs[index]?.type ?? 'float64',
    acceptsMissing: inputs[index]?.acceptsMissing ?? false,
    categories: inputs[index]?.categories ?? null,
    input,
  })
  if (inputs.every(({ type, isUnused }) => type === 'float64' && isUnused !== true)) {
    const value = builder.input('X', 'float64', inputs.length)
    return {
      frame: [{ value, type: 'float64', width: inputs.length }],
      columns: inputs.map((_, index) => toColumn(index, { name: 'X', column: index })),
    }
  }
  // An unused column stays in the frame, so that positions hold; nothing may read it.
  const blocks = inputs.map((input, index): Block => {
    const name = names[index] ?? ''
    const value = input.isUnused === true ? '' : builder.input(name, input.type, 1)
    return { value, type: input.type, width: 1 }
  })
  return {
    frame: blocks,
    columns: inputs.map((input, index) =>
      toColumn(index, input.isUnused === true ? null : { name: names[index] ?? '', column: 0 }),
    ),
  }
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

/**
 * Converts a fitted estimator to ONNX: float64 throughout, raw columns in, label and scores or a value out.
 * @throws WorkstationError unsupported, naming the class and the reason
 */
export function convertEstimator(estimator: Estimator): ConvertedEstimator {
  const converting = new Converting()
  const inputs = converting.inputs(estimator)
  if (inputs.length === 0) return estimator.refuse('it was fitted on no columns')
  const { frame, columns } = addInputs(converting.builder, inputs)
  if (widthOf(frame) !== inputs.length) return estimator.refuse('its columns do not fit together')
  const answer = addAnswer(converting.builder, converting.predict(estimator, frame))
  const labels =
    answer.kind === 'label' ? { type: answer.classes.type, labels: answer.classes.labels.map(String) } : null
  const bytes = converting.builder.finish({
    metadata: labels === null ? {} : { [CLASS_LABELS_KEY]: JSON.stringify(labels) },
  })
  return { bytes, columns, answer, notes: converting.notes }
}

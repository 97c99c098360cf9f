// One conversion under way: finds converters, keeps count, collects notes.
import { WorkstationError } from '../../errors'
import { GraphBuilder } from '../onnx/graph-builder'
import type { Answer, Conversion, Converter, InputColumn, PassedColumn } from './conversion'
import { findConverter } from './converters'
import type { Estimator } from './estimator'
import type { Frame } from './frame'

const MOST_DEPTH = 50
/** A crafted file can name the same estimator twice at every depth, which makes more of them than anyone waits for. */
const MOST_ESTIMATORS = 200_000
const MOST_COLUMNS = 1_000_000

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

function defaultInputs(estimator: Estimator, acceptsMissing: boolean, given?: number): InputColumn[] {
  const names = estimator.featureNames
  const width =
    names?.length ??
    estimator.numberOr('n_features_in_', null) ??
    estimator.numberOr('n_features_', null) ??
    given
  if (width === undefined)
    return estimator.refuse('the file does not say how many columns it was fitted on (n_features_in_)')
  if (!Number.isInteger(width) || width < 0 || width > MOST_COLUMNS)
    return estimator.refuse(`it was fitted on ${width} columns; at most ${MOST_COLUMNS} are possible`)
  return Array.from({ length: width }, (_, index) => ({
    name: names?.[index] ?? null,
    type: 'float64' as const,
    acceptsMissing,
  }))
}

/** The names that an estimator knows itself go before those of the estimators inside it. */
function nameInputs(estimator: Estimator, inputs: readonly InputColumn[]): readonly InputColumn[] {
  const names = estimator.featureNames
  if (names?.length !== inputs.length) return inputs
  return inputs.map((input, index) => ({ ...input, name: names[index] ?? input.name }))
}

/** Refuses estimators inside estimators without end, which only a crafted file has. */
export class Converting implements Conversion {
  readonly builder = new GraphBuilder()
  readonly notes: string[] = []
  private depth = 0
  private visited = 0

  inputs(estimator: Estimator, width?: number): readonly InputColumn[] {
    return this.deeper(estimator, (converter) =>
      nameInputs(
        estimator,
        converter.inputs?.(estimator, this, width) ??
          defaultInputs(estimator, converter.acceptsMissing?.(estimator) ?? false, width),
      ),
    )
  }

  passes(estimator: Estimator, width?: number): readonly (PassedColumn | null)[] | null {
    return this.deeper(estimator, ({ passes }) => passes?.(estimator, this, width) ?? null)
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
    if (++this.visited > MOST_ESTIMATORS)
      return estimator.refuse(`there are more than ${MOST_ESTIMATORS} estimators inside each other`)
    this.depth++
    try {
      return work(requireConverter(estimator))
    } catch (error) {
      // A file from outside may disagree with itself: a column that is not there, text where numbers were said to be.
      if (error instanceof RangeError || error instanceof TypeError)
        return estimator.refuse(`what the file says does not fit together (${error.message})`)
      throw error
    } finally {
      this.depth--
    }
  }
}

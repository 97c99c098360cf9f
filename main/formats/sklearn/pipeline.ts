// Pipelines of scikit-learn and imbalanced-learn.
import type { Answer, Conversion, Converter, ConverterTable, InputColumn, Inquiry } from './conversion'
import { followOn, passAll, readNeeds } from './column-needs'
import { Estimator } from './estimator'
import type { Frame } from './frame'
import { readElements } from './plain-values'

/** The steps that work at prediction time; samplers of imbalanced-learn change training data alone. */
function readSteps(pipeline: Estimator): Estimator[] {
  const steps = pipeline.items('steps').flatMap((item) => {
    const value = readElements(item)?.[1]
    if (value === null || value === 'passthrough') return []
    const step = Estimator.from(value)
    if (step === null) return pipeline.refuse('one of its steps is no estimator')
    return [step]
  })
  const last = steps.length - 1
  return steps.filter((step, index) => index === last || !isSampler(step))
}

const isSampler = (step: Estimator): boolean => step.library === 'imblearn' && step.name !== 'Pipeline'

/** A `FunctionTransformer` may not know how many columns it got; the step behind it does. */
function readWidth(steps: readonly Estimator[], inquiry: Inquiry, given?: number): number | undefined {
  if (given !== undefined) return given
  const [first, ...rest] = steps
  const isUnaware = first?.name === 'FunctionTransformer' && !first.has('n_features_in_')
  const next = rest.find(({ name }) => name !== 'FunctionTransformer')
  return isUnaware && next !== undefined ? inquiry.inputs(next).length : undefined
}

function readInputs(pipeline: Estimator, inquiry: Inquiry, given?: number): readonly InputColumn[] {
  const steps = readSteps(pipeline)
  return readNeeds(pipeline, steps, { inquiry, width: readWidth(steps, inquiry, given) })
}

function transformBy(conversion: Conversion, steps: readonly Estimator[], frame: Frame): Frame {
  let columns = frame
  for (const step of steps) columns = conversion.transform(step, columns)
  return columns
}

function predict(conversion: Conversion, pipeline: Estimator, frame: Frame): Answer {
  const steps = readSteps(pipeline)
  const last = steps.pop()
  if (last === undefined) return pipeline.refuse('it has no steps')
  return conversion.predict(last, transformBy(conversion, steps, frame))
}

const PIPELINE: Converter = {
  inputs: readInputs,
  passes: (pipeline, inquiry, given) => {
    const steps = readSteps(pipeline)
    const width = readInputs(pipeline, inquiry, given).length
    let flow: ReturnType<Inquiry['passes']> = passAll(width, true)
    for (const step of steps) flow = followOn(flow, inquiry.passes(step, flow?.length ?? width))
    return flow
  },
  transform: (conversion, pipeline, frame) => transformBy(conversion, readSteps(pipeline), frame),
  predict,
}

export const PIPELINE_CONVERTERS: ConverterTable = {
  'sklearn.Pipeline': PIPELINE,
  'imblearn.Pipeline': PIPELINE,
}

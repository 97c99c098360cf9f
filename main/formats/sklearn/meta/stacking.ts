// StackingClassifier and StackingRegressor: a last estimator over what the others answer.
import { readClasses } from '../class-labels'
import type { Answer, Conversion, Converter, InputColumn } from '../conversion'
import type { Estimator } from '../estimator'
import type { Block, Frame } from '../frame'
import { addCast, addPick } from '../scores'
import { encodedClasses, predictLabels, probabilitiesOf, respond } from './inner-answers'
import { mergeInputs, nameColumns } from './inner-inputs'

const readMethods = (estimator: Estimator): string[] => estimator.items('stack_method_').map(String)

/** Labels as the numbers that the last estimator was fitted on. */
function addLabelNumbers(
  conversion: Conversion,
  inner: Estimator,
  answer: Extract<Answer, { kind: 'label' }>,
): string {
  const { builder } = conversion
  if (answer.classes.type === 'string')
    return inner.refuse('its labels are text, which the last estimator of a stack cannot take')
  const column = builder.add('Unsqueeze', [answer.index, builder.integers([1])])
  const labels = answer.classes.labels
  if (labels.every((label, place) => label === place)) return addCast(builder, column, 'float64')
  const table = builder.numbers(labels, [labels.length])
  return builder.add('Gather', [table, column], { attributes: { axis: { int: 0 } } })
}

/** What one estimator hands to the last one. */
function addPart(
  conversion: Conversion,
  stack: Estimator,
  inner: { readonly estimator: Estimator; readonly method: string; readonly frame: Frame },
): Block {
  const { estimator, method, frame } = inner
  const { builder } = conversion
  if (method === 'predict') {
    const answer = conversion.predict(estimator, frame)
    const value = answer.kind === 'value' ? answer.value : addLabelNumbers(conversion, estimator, answer)
    return { value, type: 'float64', width: 1 }
  }
  const answer = predictLabels(conversion, stack, { estimator, frame })
  const count = answer.classes.labels.length
  if (method === 'decision_function') {
    const { kind, value } = respond(conversion, estimator, answer)
    if (kind !== 'decision') return stack.refuse(`its ${estimator.name} gives no decision function`)
    return { value, type: 'float64', width: count === 2 ? 1 : count }
  }
  const shares = probabilitiesOf(answer) ?? stack.refuse(`its ${estimator.name} gives no probabilities`)
  return count === 2
    ? { value: addPick(builder, shares, [1]), type: 'float64', width: 1 }
    : { value: shares, type: 'float64', width: count }
}

function predictLast(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const methods = readMethods(estimator)
  const blocks = estimator
    .estimators('estimators_')
    .map((inner, place) =>
      addPart(conversion, estimator, { estimator: inner, method: methods[place] ?? 'predict', frame }),
    )
  const passed = estimator.flag('passthrough', false) ? frame : []
  return conversion.predict(estimator.estimator('final_estimator_'), [...blocks, ...passed])
}

function stackInputs(estimator: Estimator, conversion: Pick<Conversion, 'inputs'>): readonly InputColumn[] {
  const lists = estimator.estimators('estimators_').map((inner) => conversion.inputs(inner))
  if (!estimator.flag('passthrough', false)) return nameColumns(estimator, mergeInputs(estimator, lists))
  const width = lists[0]?.length ?? 0
  const last = conversion.inputs(estimator.estimator('final_estimator_'))
  const passed = last.slice(last.length - width).map((column) => ({ ...column, name: null }))
  return nameColumns(estimator, mergeInputs(estimator, [...lists, passed]))
}

const classifier: Converter = {
  inputs: stackInputs,
  predict: (conversion, estimator, frame) => {
    const answer = predictLast(conversion, estimator, frame)
    const classes = readClasses(estimator)
    if (answer.kind !== 'label') return estimator.refuse('its last estimator predicts numbers, not classes')
    const own = encodedClasses(estimator, answer.classes, classes.labels.length)
    return own.length === classes.labels.length
      ? { ...answer, classes }
      : estimator.refuse('its last estimator knows only some of its classes')
  },
}

export const STACKING = {
  'sklearn.StackingClassifier': classifier,
  'sklearn.StackingRegressor': { inputs: stackInputs, predict: predictLast },
} as const

// GradientBoostingClassifier and GradientBoostingRegressor.
import type { GraphBuilder } from '../../onnx/graph-builder'
import { readClasses } from '../class-labels'
import type { Conversion, Converter } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { numberFrame, widthOf } from '../frame'
import { addPick, addRounding, numbersOf } from '../scores'
import { isAtLeast } from '../version'
import { answerBoosted } from './boosting-answers'
import { readDummyShares, readDummyValue } from './dummy'
import { addTreeSums, readMember } from './tree-sums'

/** How a classifier's first guess becomes sums: by log odds of two classes, by logarithms of more. */
type Link = {
  readonly isBinary: boolean
  /** Exponential loss halves the log odds. */
  readonly factor: number
  /** Since 1.4 the logarithms of several classes add up to zero. */
  readonly isCentred: boolean
  /** Probabilities are kept this far from 0 and 1. */
  readonly margin: number
}

function readLink(estimator: Estimator, classes: number): Link {
  return {
    isBinary: classes === 2,
    factor: estimator.textOr('loss', '') === 'exponential' ? 0.5 : 1,
    isCentred: isAtLeast(estimator, 1, 4),
    margin: isAtLeast(estimator, 1, 8) ? 2 ** -52 : 2 ** -23,
  }
}

function linkShares(shares: readonly number[], link: Link): number[] {
  const clipped = shares.map((share) => Math.min(Math.max(share, link.margin), 1 - link.margin))
  if (link.isBinary) {
    const second = clipped[1] ?? 0
    return [link.factor * Math.log(second / (1 - second))]
  }
  const logs = clipped.map(Math.log)
  const mean = link.isCentred ? logs.reduce((sum, log) => sum + log, 0) / logs.length : 0
  return logs.map((log) => log - mean)
}

function addLinked(builder: GraphBuilder, shares: string, link: Link): string {
  const own = link.isBinary ? addPick(builder, shares, [1]) : shares
  const bounds = [builder.numbers([link.margin]), builder.numbers([1 - link.margin])]
  const clipped = builder.add('Clip', [own, ...bounds])
  if (link.isBinary) {
    const rest = builder.add('Sub', [builder.numbers([1]), clipped])
    const odds = builder.add('Log', [builder.add('Div', [clipped, rest])])
    return link.factor === 1 ? odds : builder.add('Mul', [odds, builder.numbers([link.factor])])
  }
  const logs = builder.add('Log', [clipped])
  if (!link.isCentred) return logs
  const mean = builder.add('ReduceMean', [logs, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  return builder.add('Sub', [logs, mean])
}

/** The first guess: constants, or a graph value from another estimator. */
type Start = { readonly base: readonly number[] } | { readonly sums: string }

function readStart(
  conversion: Conversion,
  estimator: Estimator,
  guess: { readonly link: Link | null; readonly width: number; readonly frame: Frame },
): Start {
  const { link } = guess
  if (estimator.get('init_') === 'zero') return { base: Array.from({ length: guess.width }, () => 0) }
  const init = estimator.estimator('init_')
  if (init.library === 'sklearn' && init.name === 'DummyClassifier' && link !== null)
    return { base: linkShares(readDummyShares(init), link) }
  if (init.library === 'sklearn' && init.name === 'DummyRegressor' && link === null)
    return { base: [readDummyValue(init)] }
  const answer = conversion.predict(init, guess.frame)
  if (link === null)
    return answer.kind === 'value'
      ? { sums: answer.value }
      : estimator.refuse(`init is a ${init.name}, which predicts classes`)
  return answer.kind === 'label' && answer.scores?.kind === 'probability'
    ? { sums: addLinked(conversion.builder, answer.scores.value, link) }
    : estimator.refuse(`init is a ${init.name}, which gives no probabilities`)
}

/** The sums of all stages, [N, width]. */
function addStages(
  conversion: Conversion,
  estimator: Estimator,
  boosted: { readonly frame: Frame; readonly width: number; readonly link: Link | null },
): string {
  const { builder } = conversion
  const { width, link } = boosted
  const input = { value: numbersOf(conversion, estimator, boosted.frame), width: widthOf(boosted.frame) }
  // The first guess is made from the numbers as the trees see them.
  const isConstant =
    estimator.get('init_') === 'zero' || estimator.estimator('init_').name.startsWith('Dummy')
  const frame = isConstant ? boosted.frame : numberFrame(addRounding(builder, input.value), input.width)
  const start = readStart(conversion, estimator, { link, width, frame })
  const rate = estimator.number('learning_rate')
  const members = estimator.estimators('estimators_').map((tree) => readMember(tree))
  if (members.length === 0 || members.length % width !== 0)
    return estimator.refuse(`it has ${members.length} trees for ${width} outputs`)
  const sums = addTreeSums(conversion, input, {
    targets: width,
    members,
    base: 'base' in start ? start.base : [],
    leaf: ({ nodes }, node, position) => [[position % width, rate * (nodes.values[node] ?? 0)]],
  })
  return 'base' in start ? sums : builder.add('Add', [start.sums, sums])
}

const classifier: Converter = {
  predict: (conversion, estimator, frame) => {
    const classes = readClasses(estimator)
    const count = classes.labels.length
    const link = readLink(estimator, count)
    const sums = addStages(conversion, estimator, { frame, width: count === 2 ? 1 : count, link })
    return answerBoosted(conversion.builder, {
      classes,
      sums,
      factor: 1 / link.factor,
      zeroIsSecond: link.factor !== 1 || link.isCentred,
    })
  },
}

const regressor: Converter = {
  predict: (conversion, estimator, frame) => ({
    kind: 'value',
    value: addStages(conversion, estimator, { frame, width: 1, link: null }),
  }),
}

export const GRADIENT_BOOSTING = {
  'sklearn.GradientBoostingClassifier': classifier,
  'sklearn.GradientBoostingRegressor': regressor,
} as const

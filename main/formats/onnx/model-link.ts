// What a graph does to the sums of a model on their way to an output.
import { isZipMap } from './class-labels'
import type { OnnxNode } from './model'
import { readNumbers, readText } from './read-values'
import type { Tracer } from './trace-columns'

/** Every value times its factor plus its offset; a list of one stands for every value. */
export type AffineStep = {
  readonly kind: 'affine'
  readonly factors: readonly number[]
  readonly offsets: readonly number[]
}

/**
 * What is done to the sums behind the model: `mirror` makes [-s, s] of one sum, `complement` [1 - s, s]; `share`
 * divides by the sum of the absolute values.
 */
export type LinkStep = 'mirror' | 'complement' | 'logistic' | 'softmax' | 'share' | 'exponential' | AffineStep

/** A step behind the model, and the value that it is applied to. */
export type FoundStep = { readonly step: LinkStep | null; readonly value: string }

const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Flatten'])

const affine = (factors: readonly number[], offsets: readonly number[]): AffineStep => ({
  kind: 'affine',
  factors,
  offsets,
})

/** The numbers of one row; null when `name` is no constant. */
function readRow(tracer: Tracer, name: string): number[] | null {
  const constant = tracer.constant(name)
  if (constant === null || constant.type === 'string') return null
  return constant.values.length === (constant.dims.at(-1) ?? 1) ? constant.values.map(Number) : null
}

/** The step of a node; null when it does none that is known here, so that the model itself may be there. */
export function readStep(tracer: Tracer, node: OnnxNode): FoundStep | null {
  const { model } = tracer
  const [value = ''] = node.inputs
  const isCopy = node.opType === 'Concat' && node.inputs.length === 1
  if (isCopy || PASSING.has(node.opType) || isZipMap(node)) return { step: null, value }
  switch (node.opType) {
    case 'Sigmoid':
      return { step: 'logistic', value }
    case 'Softmax':
      return { step: 'softmax', value }
    case 'Exp':
      return { step: 'exponential', value }
    case 'Reciprocal':
      return readLogistic(tracer, node)
    case 'Neg':
      return { step: affine([-1], [0]), value }
    case 'Normalizer':
      return (readText(model, node, 'norm') ?? 'MAX') === 'L1' ? { step: 'share', value } : null
    case 'Concat':
      return readPair(tracer, node)
    case 'Div':
      return readShare(tracer, node) ?? readArithmetic(tracer, node)
    case 'Add':
    case 'Sub':
    case 'Mul':
      return readArithmetic(tracer, node)
    default:
      return null
  }
}

/** Arithmetic with a constant on either side. */
function readArithmetic(tracer: Tracer, node: OnnxNode): FoundStep | null {
  const [left = '', right = ''] = node.inputs
  const behind = readRow(tracer, right)
  const ahead = behind === null ? readRow(tracer, left) : null
  const by = behind ?? ahead
  if (by === null) return null
  const value = behind === null ? right : left
  const isBehind = behind !== null
  switch (node.opType) {
    case 'Add':
      return { step: affine([1], by), value }
    case 'Mul':
      return { step: affine(by, [0]), value }
    case 'Sub':
      return {
        step: isBehind
          ? affine(
              [1],
              by.map((each) => -each),
            )
          : affine([-1], by),
        value,
      }
    default:
      return isBehind
        ? {
            step: affine(
              by.map((each) => 1 / each),
              [0],
            ),
            value,
          }
        : null
  }
}

/** 1 / (exp(-x) + 1), which is written out where small probabilities have to be exact. */
function readLogistic(tracer: Tracer, node: OnnxNode): FoundStep | null {
  const producerOf = (name: string | undefined, type: string): OnnxNode | undefined => {
    const producer = tracer.producers.get(name ?? '')
    return producer?.opType === type ? producer : undefined
  }
  const sum = producerOf(node.inputs[0], 'Add')
  const found = sum && readArithmetic(tracer, sum)
  const step = found?.step
  if (found === undefined || step === null || step === undefined || typeof step === 'string') return null
  const isPlusOne = step.offsets.length === 1 && step.offsets[0] === 1
  const opposite = producerOf(producerOf(found?.value, 'Exp')?.inputs[0], 'Neg')
  return isPlusOne && opposite !== undefined ? { step: 'logistic', value: opposite.inputs[0] ?? '' } : null
}

/** x / Σ x over the columns. */
function readShare({ producers }: Tracer, node: OnnxNode): FoundStep | null {
  const [value = '', divisor = ''] = node.inputs
  const sum = producers.get(divisor)
  const isSum = sum !== undefined && (sum.opType === 'ReduceSum' || sum.opType === 'ReduceL1')
  return isSum && sum.inputs[0] === value ? { step: 'share', value } : null
}

/** [1 - p, p] or [-s, s]. */
function readPair(tracer: Tracer, node: OnnxNode): FoundStep | null {
  const [negative = '', value = '', ...more] = node.inputs
  const axis = readNumbers(tracer.model, node, 'axis')[0] ?? 1
  const producer = tracer.producers.get(negative)
  if (producer === undefined || more.length > 0 || (axis !== 1 && axis !== -1)) return null
  const found = readStep(tracer, producer)
  if (found === null || found.value !== value || found.step === null || typeof found.step === 'string')
    return null
  const { factors, offsets } = found.step
  if (factors.length !== 1 || factors[0] !== -1 || offsets.length !== 1) return null
  if (offsets[0] === 0) return { step: 'mirror', value }
  return offsets[0] === 1 ? { step: 'complement', value } : null
}

/** What the graph makes of the model's raw sums: the scores or values that the session answers. */
export function applyLink(link: readonly LinkStep[], sums: readonly number[]): readonly number[] {
  return link.reduce((values, step) => applyStep(step, values), sums)
}

const entryOf = (list: readonly number[], index: number): number =>
  list[list.length === 1 ? 0 : index] ?? Number.NaN

function applyStep(step: LinkStep, values: readonly number[]): readonly number[] {
  const [first = 0] = values
  if (typeof step !== 'string')
    return values.map((value, index) => value * entryOf(step.factors, index) + entryOf(step.offsets, index))
  switch (step) {
    case 'mirror':
      return [-first, first]
    case 'complement':
      return [1 - first, first]
    case 'logistic':
      return values.map((value) => 1 / (1 + Math.exp(-value)))
    case 'exponential':
      return values.map((value) => Math.exp(value))
    case 'softmax': {
      const most = Math.max(...values)
      const powers = values.map((value) => Math.exp(value - most))
      const sum = powers.reduce((total, power) => total + power, 0)
      return powers.map((power) => power / sum)
    }
    case 'share': {
      const sum = values.reduce((total, value) => total + Math.abs(value), 0)
      return sum === 0 ? values : values.map((value) => value / sum)
    }
  }
}

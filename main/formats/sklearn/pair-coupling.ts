// Probabilities of classes from those of all pairs of them: Wu, Lin and Weng 2004, method 2, with the steps and the
// stopping rule of libsvm, so that what it leaves unfinished comes out the same.
import type { GraphBuilder } from '../onnx/graph-builder'

const SMALLEST = 1e-7
const KEPT = { attributes: { keepdims: { int: 1 } } } as const
const AXIS_1 = { attributes: { axis: { int: 1 } } } as const

export type Coupling = {
  /** [N, pairs], positive for the first class of a pair. */
  readonly decisions: string
  readonly classes: number
  readonly pairs: readonly (readonly [number, number])[]
  readonly platt: { readonly a: Float64Array; readonly b: Float64Array }
}

/** 1 / (1 + exp(a · decision + b)), kept off 0 and 1: [N, pairs]. */
function addPairs(builder: GraphBuilder, { decisions, platt, pairs }: Coupling): string {
  const dims = [1, pairs.length]
  const scaled = builder.add('Mul', [decisions, builder.numbers(platt.a, dims)])
  const sums = builder.add('Add', [scaled, builder.numbers(platt.b, dims)])
  // Not by Sigmoid, which is not exact enough where it comes near 0.
  const odds = builder.add('Add', [builder.add('Exp', [sums]), builder.numbers([1])])
  const shares = builder.add('Reciprocal', [odds])
  return builder.add('Clip', [shares, builder.numbers([SMALLEST]), builder.numbers([1 - SMALLEST])])
}

/** r[i][j], the probability of i against j, as [N, classes, classes] with 0 on the diagonal. */
function addTable(builder: GraphBuilder, coupling: Coupling): string {
  const { classes, pairs } = coupling
  const size = classes * classes
  const places = new Array<number>(size).fill(0)
  const signs = new Float64Array(size)
  const offsets = new Float64Array(size)
  pairs.forEach(([first, second], pair) => {
    const [ahead, behind] = [first * classes + second, second * classes + first]
    places[ahead] = pair
    places[behind] = pair
    signs[ahead] = 1
    signs[behind] = -1
    offsets[behind] = 1
  })
  const spread = builder.add('Gather', [addPairs(builder, coupling), builder.integers(places)], AXIS_1)
  const signed = builder.add('Mul', [spread, builder.numbers(signs, [1, size])])
  const flat = builder.add('Add', [signed, builder.numbers(offsets, [1, size])])
  return builder.add('Reshape', [flat, builder.integers([-1, classes, classes])])
}

/** Q[t][t] = Σ r[j][t]², Q[t][j] = -r[j][t] r[t][j]; its rows [N, classes], and its diagonal as columns [N, 1]. */
function addForm(
  builder: GraphBuilder,
  coupling: Coupling,
): { readonly rows: readonly string[]; readonly diagonal: readonly string[]; readonly all: string } {
  const { classes } = coupling
  const table = addTable(builder, coupling)
  const turned = builder.add('Transpose', [table], { attributes: { perm: { ints: [0, 2, 1] } } })
  const squares = builder.add('Mul', [table, table])
  const sums = builder.add('ReduceSum', [squares, builder.integers([1])], KEPT)
  const unit = Float64Array.from({ length: classes * classes }, (_, at) => (at % (classes + 1) === 0 ? 1 : 0))
  const onDiagonal = builder.add('Mul', [sums, builder.numbers(unit, [1, classes, classes])])
  const all = builder.add('Sub', [onDiagonal, builder.add('Mul', [table, turned])])
  const each = Array.from({ length: classes }, (_, index) => index)
  const rows = each.map((index) => builder.add('Gather', [all, builder.integers([index], [])], AXIS_1))
  const diagonal = rows.map((row, index) => builder.add('Gather', [row, builder.integers([index])], AXIS_1))
  return { rows, diagonal, all }
}

/**
 * Probabilities [N, classes]. Every row stops by itself once its error is below 0.005 / classes, as in libsvm's
 * `multiclass_probability`, which has no closed form for two classes either.
 */
export function addCoupling(builder: GraphBuilder, coupling: Coupling): string {
  const { classes } = coupling
  const form = addForm(builder, coupling)
  // One column of zeros gives the shape [N, classes] that the even start needs.
  const zeros = builder.add('Mul', [form.rows[0] ?? '', builder.numbers([0])])
  const start = builder.add('Add', [zeros, builder.numbers([1 / classes])])
  return builder.addLoop(start, { most: Math.max(100, classes), width: classes }, (body, value) =>
    addRound(body, value, { ...form, classes }),
  )
}

type Form = ReturnType<typeof addForm> & { readonly classes: number }

function addRound(
  body: GraphBuilder,
  before: string,
  form: Form,
): { readonly value: string; readonly goesOn: string } {
  const axis1 = body.integers([1])
  const column = body.add('Unsqueeze', [before, body.integers([2])])
  let pulls = body.add('Squeeze', [body.add('MatMul', [form.all, column]), body.integers([2])])
  let total = body.add('ReduceSum', [body.add('Mul', [before, pulls]), axis1], KEPT)
  const errors = body.add('Abs', [body.add('Sub', [pulls, total])])
  const error = body.add('ReduceMax', [errors, axis1], KEPT)
  const isActive = body.add('GreaterOrEqual', [error, body.numbers([0.005 / form.classes])])
  const one = body.numbers([1])
  const two = body.numbers([2])
  let value = before
  for (let index = 0; index < form.classes; index++) {
    const row = form.rows[index] ?? ''
    const own = form.diagonal[index] ?? ''
    const pull = body.add('Gather', [pulls, body.integers([index])], AXIS_1)
    const step = body.add('Div', [body.add('Sub', [total, pull]), own])
    const grown = body.add('Add', [step, one])
    const inner = body.add('Add', [body.add('Mul', [step, own]), body.add('Mul', [pull, two])])
    const moved = body.add('Add', [total, body.add('Mul', [step, inner])])
    total = body.add('Div', [body.add('Div', [moved, grown]), grown])
    pulls = body.add('Div', [body.add('Add', [pulls, body.add('Mul', [row, step])]), grown])
    value = body.add('Div', [addToColumn(body, { value, step, index, classes: form.classes }), grown])
  }
  const goesOn = body.add(
    'Cast',
    [
      body.add('ReduceMax', [body.add('Cast', [isActive], { attributes: { to: { int: 7 } } })], {
        attributes: { keepdims: { int: 0 } },
      }),
    ],
    { attributes: { to: { int: 9 } } },
  )
  return { value: body.add('Where', [isActive, value, before]), goesOn }
}

/** Adds [N, 1] to one column. */
function addToColumn(
  body: GraphBuilder,
  given: { readonly value: string; readonly step: string; readonly index: number; readonly classes: number },
): string {
  const { value, step, index, classes } = given
  const unit = Array.from({ length: classes }, (_, at) => (at === index ? 1 : 0))
  return body.add('Add', [value, body.add('Mul', [step, body.numbers(unit, [1, classes])])])
}

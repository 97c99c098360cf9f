// What graphs do to single values, as onnxruntime computes it.

type Value = number | string

/** Halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  if (rest !== 0.5) return Math.round(value)
  return low % 2 === 0 ? low : low + 1
}

const truth = (is: boolean): number => Number(is)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The first place of the largest value; NaN loses, as in a comparison. */
function placeOfMost(values: readonly number[]): number {
  let best = 0
  values.forEach((value, index) => {
    if (value > (values[best] ?? Number.NaN)) best = index
  })
  return best
}

/** Operations on numbers, by the name of their operator. Those over many values are the sums of a row. */
const OPERATIONS = {
  Round32: ([x = 0]) => Math.fround(x),
  Truncate: ([x = 0]) => Math.trunc(x),
  IsTrue: ([x = 0]) => truth(x !== 0),
  Add: ([x = 0, y = 0]) => x + y,
  Sub: ([x = 0, y = 0]) => x - y,
  Mul: ([x = 0, y = 0]) => x * y,
  Div: ([x = 0, y = 0]) => x / y,
  Pow: ([x = 0, y = 0]) => x ** y,
  Mod: ([x = 0, y = 0]) => x % y,
  Less: ([x = 0, y = 0]) => truth(x < y),
  LessOrEqual: ([x = 0, y = 0]) => truth(x <= y),
  Greater: ([x = 0, y = 0]) => truth(x > y),
  GreaterOrEqual: ([x = 0, y = 0]) => truth(x >= y),
  And: ([x = 0, y = 0]) => truth(x !== 0 && y !== 0),
  Or: ([x = 0, y = 0]) => truth(x !== 0 || y !== 0),
  Xor: ([x = 0, y = 0]) => truth((x !== 0) !== (y !== 0)),
  Not: ([x = 0]) => truth(x === 0),
  IsNaN: ([x = 0]) => truth(Number.isNaN(x)),
  Abs: ([x = 0]) => Math.abs(x),
  Neg: ([x = 0]) => -x,
  Exp: ([x = 0]) => Math.exp(x),
  Log: ([x = 0]) => Math.log(x),
  Sqrt: ([x = 0]) => Math.sqrt(x),
  Reciprocal: ([x = 0]) => 1 / x,
  Floor: ([x = 0]) => Math.floor(x),
  Ceil: ([x = 0]) => Math.ceil(x),
  Round: ([x = 0]) => roundHalfEven(x),
  Sign: ([x = 0]) => Math.sign(x),
  Sigmoid: ([x = 0]) => 1 / (1 + Math.exp(-x)),
  Tanh: ([x = 0]) => Math.tanh(x),
  Relu: ([x = 0]) => (x < 0 ? 0 : x),
  Max: (values) => Math.max(...values),
  Min: (values) => Math.min(...values),
  Sum: (values) => sum(values),
  Mean: (values) => sum(values) / values.length,
  ArgMax: placeOfMost,
  ArgMin: (values) => placeOfMost(values.map((value) => -value)),
} as const satisfies Readonly<Record<string, (values: readonly number[]) => number>>

/** `Equal` and `Where` also take text. */
export type ColumnOperation = keyof typeof OPERATIONS | 'Equal' | 'Where'

/** Operators of one or more values that give one value per column, and whether their result is a truth value. */
export const ELEMENTWISE: Readonly<Record<string, { readonly isTruth: boolean } | undefined>> =
  Object.fromEntries<{ readonly isTruth: boolean }>([
    ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor', 'Not', 'IsNaN'].map(
      (name) => [name, { isTruth: true }] as const,
    ),
    ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Mean', 'Where'].map(
      (name) => [name, { isTruth: false }] as const,
    ),
    ...['Abs', 'Neg', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Floor', 'Ceil', 'Round', 'Sign'].map(
      (name) => [name, { isTruth: false }] as const,
    ),
    ...['Sigmoid', 'Tanh', 'Relu'].map((name) => [name, { isTruth: false }] as const),
  ])

export const isColumnOperation = (name: string): name is ColumnOperation =>
  name === 'Equal' || name === 'Where' || name in OPERATIONS

/** What an operation makes of its values. Truth is 1 or 0. */
export function applyOperation(operation: ColumnOperation, values: readonly Value[]): Value {
  const [first = 0, second = 0, third = 0] = values
  if (operation === 'Equal') return truth(first === second)
  if (operation === 'Where') return first === 0 ? third : second
  return OPERATIONS[operation](values.map(Number))
}

// Arrays of fitted attributes as plain matrices, and the linear form that most of them end in.
import type { PickleValue } from '../pickle/value'
import { readNumbers } from '../pickle/numpy'
import type { Conversion } from './conversion'
import { Estimator } from './estimator'
import type { Frame } from './frame'
import { joinNumbers, widthOf } from './frame'

/** Numbers in C order. */
export type Matrix = { readonly values: Float64Array; readonly rows: number; readonly columns: number }

/** A matrix beyond this is refused: it is copied into the graph, and a forged shape must not allocate without end. */
const MOST_NUMBERS = 16_000_000

/** What a sparse matrix, which may be small itself, may come to. */
const MOST_SPARSE = 4_000_000

const SPARSE_ROWS = new Set(['csr_matrix', 'csr_array'])

/**
 * An attribute as a matrix; one dimension is one row. Reads scipy's csr too, which `sparsify()` leaves.
 * @throws WorkstationError unsupported for more dimensions, other sparse forms, or more than 16 million numbers
 */
export function readMatrix(estimator: Estimator, name: string): Matrix {
  const sparse = Estimator.from(estimator.get(name))
  if (sparse !== null) return readSparse(estimator, name, sparse)
  return checkSize(estimator, name, estimator.matrix(name))
}

/** A list of arrays, e.g. the weights of every layer. */
export function readMatrices(estimator: Estimator, name: string): Matrix[] {
  let total = 0
  return estimator.items(name).map((item) => {
    const matrix = readItem(estimator, name, item)
    total += matrix.values.length
    return total <= MOST_NUMBERS
      ? matrix
      : estimator.refuse(`${name} has more than ${MOST_NUMBERS} numbers, which is the most that is converted`)
  })
}

function readItem(estimator: Estimator, name: string, item: PickleValue): Matrix {
  if (typeof item !== 'object' || item === null || !('kind' in item) || item.kind !== 'array')
    return estimator.refuse(`${name} holds something that is no array of numbers`)
  const columns = item.shape.at(-1) ?? 1
  if (item.shape.length > 2) return estimator.refuse(`${name} has too many dimensions; expected two`)
  const rows = item.shape.length === 2 ? (item.shape[0] ?? 0) : 1
  return checkSize(estimator, name, { values: readNumbers(item), rows, columns })
}

function checkSize(estimator: Estimator, name: string, matrix: Matrix): Matrix {
  const size = matrix.rows * matrix.columns
  if (size > MOST_NUMBERS)
    return estimator.refuse(`${name} has ${size} numbers; at most ${MOST_NUMBERS} are converted`)
  if (size !== matrix.values.length || size === 0)
    return estimator.refuse(`${name} has no numbers, or not as many as its shape says`)
  return matrix
}

function readSparse(estimator: Estimator, name: string, sparse: Estimator): Matrix {
  if (!SPARSE_ROWS.has(sparse.name))
    return estimator.refuse(`${name} is a ${sparse.name}; call densify() before pickling it`)
  const [rows = 0, columns = 0] = sparse.numbers(sparse.has('_shape') ? '_shape' : 'shape').values
  const size = rows * columns
  if (!(size > 0 && size <= MOST_SPARSE))
    return estimator.refuse(
      `${name} has shape [${rows}, ${columns}]; at most ${MOST_SPARSE} numbers are converted`,
    )
  const starts = sparse.numbers('indptr').values
  const places = sparse.numbers('indices').values
  const data = sparse.numbers('data').values
  const values = new Float64Array(size)
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const column = places[at] ?? -1
      if (column < 0 || column >= columns) return estimator.refuse(`${name} has a value outside of its shape`)
      const place = row * columns + column
      values[place] = (values[place] ?? 0) + (data[at] ?? 0)
    }
  }
  return { values, rows, columns }
}

export function transpose({ values, rows, columns }: Matrix): Matrix {
  const turned = Float64Array.from(
    values,
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? 0,
  )
  return { values: turned, rows: columns, columns: rows }
}

/** Row `index` of a matrix. */
export const rowOf = ({ values, columns }: Matrix, index: number): Float64Array =>
  values.subarray(index * columns, (index + 1) * columns)

/** As many numbers as expected; one number stands for all of them. */
export function readVector(estimator: Estimator, name: string, length: number): Float64Array {
  const { values } = estimator.numbers(name)
  if (values.length === length) return values
  const [only] = values
  if (values.length === 1 && only !== undefined) return new Float64Array(length).fill(only)
  return estimator.refuse(`${name} has ${values.length} numbers; expected ${length}`)
}

/** As `readVector`, whole numbers from 0 to below `limit`: positions of classes or clusters. */
export function readPositions(
  estimator: Estimator,
  name: string,
  { length, limit }: { readonly length: number; readonly limit: number },
): number[] {
  const values = Array.from(readVector(estimator, name, length))
  if (values.every((value) => Number.isInteger(value) && value >= 0 && value < limit)) return values
  return estimator.refuse(`${name} holds something that is no whole number from 0 to ${limit - 1}`)
}

/** The graph constant of a matrix, [rows, columns]. */
export const addMatrix = ({ builder }: Conversion, { values, rows, columns }: Matrix): string =>
  builder.numbers(values, [rows, columns])

/**
 * All columns of the table as numbers [N, width].
 * @throws WorkstationError unsupported when there are texts among them, or the table has another width
 */
export function readTable(
  estimator: Estimator,
  conversion: Conversion,
  input: { frame: Frame; width: number },
): string {
  const { frame, width } = input
  if (frame.some(({ type }) => type === 'string'))
    return estimator.refuse('it is given text columns, and reads numbers only')
  if (widthOf(frame) !== width)
    return estimator.refuse(`it was fitted on ${width} columns, and is given ${widthOf(frame)}`)
  noteFloat32(estimator, conversion)
  return joinNumbers(conversion.builder, frame)
}

const WEIGHTS = [
  'coef_',
  'components_',
  'cluster_centers_',
  'theta_',
  'feature_log_prob_',
  'means_',
  'precisions_cholesky_',
  '_fit_X',
  '_y',
]

function noteFloat32(estimator: Estimator, conversion: Conversion): void {
  const isSingle = WEIGHTS.some((name) => {
    const value = estimator.get(name)
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'array'
      ? value.type.code === 'f4'
      : false
  })
  if (isSingle)
    conversion.note(
      `${estimator.name} was fitted on float32. It is computed in float64 here; scikit-learn rounds some steps to ` +
        'float32, all of them for float32 rows, and its answers may differ in the seventh digit.',
    )
}

/** X · coefficientsᵀ + intercepts: [N, targets]. `coefficients` has one row per target. */
export function addLinear(
  conversion: Conversion,
  table: string,
  form: { readonly coefficients: Matrix; readonly intercepts: ArrayLike<number> },
): string {
  const { builder } = conversion
  const sums = builder.add('MatMul', [table, addMatrix(conversion, transpose(form.coefficients))])
  return builder.add('Add', [sums, builder.numbers(form.intercepts, [1, form.intercepts.length])])
}

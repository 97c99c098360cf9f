import { expect, it } from 'vitest'
import { checkTensor } from '../../../main/inference/tensor'
import { encodeRows } from '../../../main/core/signatures/encoding'
import type { Signature, TensorElementType } from '../../../main/core/signatures/signature'
import { refusalOf } from '../workspace'

/** A signature with one input of some columns. */
function makeSignature(elementType: TensorElementType, width: number, isFlat = false): Signature {
  return {
    task: 'regression',
    features: Array.from({ length: width }, (_, column) => ({
      name: `c${column}`,
      type: 'number',
      input: 'x',
      column,
      acceptsMissing: true,
    })),
    inputs: [{ name: 'x', elementType, width, isFlat }],
    answer: { kind: 'value', value: 'y' },
    classLabels: [],
    isSingleRow: false,
  }
}

it.each([
  [
    'float32',
    [
      [1.5, -2],
      [0, null],
    ],
    Float32Array.of(1.5, -2, 0, NaN),
  ],
  [
    'float64',
    [
      [1.7e9 + 0.25, true],
      [null, 3],
    ],
    Float64Array.of(1.7e9 + 0.25, 1, NaN, 3),
  ],
  [
    'int32',
    [
      [1, -2147483648],
      [2147483647, true],
    ],
    Int32Array.of(1, -2147483648, 2147483647, 1),
  ],
  [
    'int64',
    [
      [Number.MAX_SAFE_INTEGER, -1],
      [true, 0],
    ],
    BigInt64Array.of(BigInt(Number.MAX_SAFE_INTEGER), -1n, 1n, 0n),
  ],
  [
    'bool',
    [
      [true, false],
      [1, 0],
    ],
    Uint8Array.of(1, 0, 1, 0),
  ],
  [
    'string',
    [
      ['Łódź', ''],
      [null, 'x'],
    ],
    ['Łódź', '', '', 'x'],
  ],
] as const)('writes %s tensors row by row', (elementType, rows, data) => {
  const { x } = encodeRows(makeSignature(elementType, 2), rows)
  expect(x).toEqual({ type: elementType, dims: [2, 2], data })
  checkTensor('x', x!)
})

it('writes a flat input without a second dimension', () => {
  expect(encodeRows(makeSignature('float32', 1, true), [[1], [2], [3]])).toEqual({
    x: { type: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) },
  })
})

it('spreads the columns over the inputs that take them', () => {
  const signature: Signature = {
    ...makeSignature('float32', 1),
    features: [
      { name: 'a', type: 'number', input: 'left', column: 1, acceptsMissing: false },
      { name: 'b', type: 'string', input: 'right', column: 0, acceptsMissing: false },
      { name: 'c', type: 'number', input: 'left', column: 0, acceptsMissing: false },
    ],
    inputs: [
      { name: 'left', elementType: 'float32', width: 2, isFlat: false },
      { name: 'right', elementType: 'string', width: 1, isFlat: false },
    ],
  }
  const tensors = encodeRows(signature, [
    [1, 'x', 2],
    [3, 'y', 4],
  ])
  expect(tensors['left']!.data).toEqual(Float32Array.of(2, 1, 4, 3))
  expect(tensors['right']!.data).toEqual(['x', 'y'])
})

it('refuses a whole number that its input would wrap around', async () => {
  expect(await refusalOf(() => encodeRows(makeSignature('int32', 1), [[3_000_000_000]]))).toEqual({
    code: 'invalid',
    message:
      'input "x" takes int32 and cannot hold 3000000000; expected a whole number from -2147483648 to 2147483647',
  })
})

import { describe, expect, it } from 'vitest'
import { checkTensor, compactTensor, concatTensors, splitTensor } from '../../main/inference/tensor'
import type { TensorData } from '../../main/inference/tensor'

const longs: TensorData = { type: 'int64', dims: [3, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n) }
const words: TensorData = { type: 'string', dims: [2, 1], data: ['a', 'b'] }

describe('tensors', () => {
  it('come back from joining and cutting as they went in', () => {
    const one: TensorData = { type: 'int64', dims: [1, 2], data: BigInt64Array.of(-7n, 8n) }
    const joined = concatTensors([longs, one])
    expect(joined.dims).toEqual([4, 2])
    expect(splitTensor(joined, [3, 1])).toEqual([longs, one])
  })

  it('join and cut strings by rows', () => {
    const joined = concatTensors([words, words])
    expect(joined).toEqual({ type: 'string', dims: [4, 1], data: ['a', 'b', 'a', 'b'] })
    expect(splitTensor(joined, [1, 3]).map(({ data }) => data)).toEqual([['a'], ['b', 'a', 'b']])
  })

  it('join views that start in the middle of a buffer', () => {
    const buffer = new Float64Array([9, 1, 2, 9])
    const view: TensorData = { type: 'float64', dims: [2], data: buffer.subarray(1, 3) }
    expect([...concatTensors([view, view]).data]).toEqual([1, 2, 1, 2])
  })

  it('are cut into parts that share no memory', () => {
    const [first, second] = splitTensor(longs, [1, 2])
    expect((first!.data as BigInt64Array).buffer.byteLength).toBe(16)
    expect((second!.data as BigInt64Array).buffer).not.toBe((longs.data as BigInt64Array).buffer)
  })

  it('refuse to be joined when types or widths differ', () => {
    const narrow: TensorData = { type: 'int64', dims: [1, 1], data: BigInt64Array.of(1n) }
    expect(() => concatTensors([longs, narrow])).toThrow(/must agree/)
    expect(() => concatTensors([longs, words])).toThrow(/must agree/)
    expect(() => concatTensors([])).toThrow(/no tensor/)
  })

  it('refuse to be cut into more or fewer rows than they have', () => {
    expect(() => splitTensor(longs, [1, 1])).toThrow('a tensor of 3 rows cannot be cut into 2 rows')
  })

  it('are refused when their values do not fill their shape or fit their type', () => {
    expect(() => checkTensor('x', longs)).not.toThrow()
    expect(() => checkTensor('x', { ...longs, dims: [2, 2] })).toThrow(/x: 6 values do not fill .* \[2, 2\]/)
    expect(() => checkTensor('x', { ...longs, dims: [-3, -2] })).toThrow(/x: 6 values/)
    expect(() => checkTensor('x', { ...longs, type: 'float32' })).toThrow(/must be a Float32Array/)
    expect(() => checkTensor('x', { ...words, type: 'int64' })).toThrow(/must be a BigInt64Array/)
    expect(() => checkTensor('x', { ...longs, type: 'complex64' as 'float32' })).toThrow(/complex64/)
  })

  it('drop the rest of a larger buffer before they travel', () => {
    const body = new Float32Array(1000)
    const part: TensorData = { type: 'float32', dims: [2], data: body.subarray(3, 5) }
    expect((compactTensor(part).data as Float32Array).buffer.byteLength).toBe(8)
    expect(compactTensor(longs)).toBe(longs)
  })
})

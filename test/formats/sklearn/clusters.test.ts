import { describe, expect, it } from 'vitest'
import { casesOf, measure } from './matrix-cases'

const CLASSES = ['KMeans', 'MiniBatchKMeans', 'BisectingKMeans']

describe('clusterers as ONNX', () => {
  it.each(casesOf(CLASSES))('answers as the original: %s', async (_, given) => {
    const { error, flips } = await measure(given)
    expect(flips).toBe(0)
    expect(error).toBeLessThan(1e-9)
  })
})

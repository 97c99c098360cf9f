import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { WorkstationError } from '../../../main/errors'
import { checkServable } from '../../../main/formats/onnx/check-onnx'
import { inspectOnnx } from '../../../main/formats/onnx/inspect-onnx'
import { ONNX_LIMITS, readOnnx } from '../../../main/formats/onnx/read-onnx'
import { removeZipMap } from '../../../main/formats/onnx/remove-zipmap'
import { buildModel, join, message, number, text } from './build-onnx'

const root = new URL('../../../', import.meta.url)
const load = (path: string) => new Uint8Array(readFileSync(new URL(path, root)))
const ascii = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'))

/** Runs the whole path over the bytes; anything but a summary or a WorkstationError fails the test. */
function tryRead(bytes: Uint8Array): 'summary' | WorkstationError {
  try {
    const model = readOnnx(bytes)
    const summary = inspectOnnx(model)
    removeZipMap(model)
    checkServable(summary)
    return 'summary'
  } catch (error) {
    if (error instanceof WorkstationError) return error
    throw error
  }
}

function errorOf(bytes: Uint8Array): WorkstationError {
  const result = tryRead(bytes)
  if (result === 'summary') throw new Error('expected a refusal')
  return result
}

function expectInvalid(bytes: Uint8Array, words: string): void {
  const error = errorOf(bytes)
  expect(error.code).toBe('invalid')
  expect(error.message).toContain(words)
}

describe('files that are not ONNX models', () => {
  it.each([
    ['a PNG image', load('test/fixtures/onnx/not-onnx.onnx')],
    ['zip archive', ascii('PK\x03\x04\x14\0\0\0\x08\0')],
    ['Python pickle', ascii('\x80\x04\x95\x10\0\0\0')],
    ['an HTML page', ascii('<!DOCTYPE html><html><body>404</body></html>')],
    ['a JSON document', ascii('{"learner": {"version": [2, 1]}}')],
    ['an XML document', ascii('<?xml version="1.0"?><PMML version="4.4"/>')],
    ['a text file', ascii('amount,merchant_id,hour\n12.5,3,11\n')],
    ['Git LFS pointer', ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\n')],
    ['HDF5', ascii('\x89HDF\r\n\x1a\n')],
    ['ORT format', ascii('\x18\0\0\0ORTM\0\0')],
    ['a file of zeros', new Uint8Array(4096)],
  ])('says that it looks like %s', (kind, bytes) => {
    expectInvalid(bytes, kind)
  })

  it('refuses an empty file', () => {
    expectInvalid(new Uint8Array(), 'empty')
  })

  it('refuses random bytes', () => {
    expect(errorOf(new Uint8Array(300).fill(0xff)).code).toBe('invalid')
  })

  it('refuses a graph without operators', () => {
    expect(errorOf(buildModel({ nodes: [] })).message).toContain('graph is empty')
  })

  it('refuses a file with two graphs, which readers would merge', () => {
    expect(errorOf(join(buildModel(), buildModel())).message).toContain('two graphs')
  })
})

describe('damaged files', () => {
  it('refuses the truncated fixture', () => {
    expectInvalid(load('test/fixtures/onnx/truncated.onnx'), 'cut short')
  })

  it.each(['fraud', 'iris', 'diabetes'])('survives the %s sample cut at every 97th byte', (sample) => {
    const bytes = load(`resources/samples/${sample}/model.onnx`)
    const started = performance.now()
    let cuts = 0
    for (let length = 0; length < bytes.length; length += 97) {
      cuts += 1
      tryRead(bytes.slice(0, length))
    }
    expect((performance.now() - started) / cuts).toBeLessThan(50)
  })

  it('never accepts a cut inside the graph', () => {
    const bytes = buildModel()
    const graphEnd = bytes.length - 6
    for (let length = 0; length < graphEnd; length += 1)
      expect(tryRead(bytes.slice(0, length))).not.toBe('summary')
  })

  it('answers 5,000 random mutations with a summary or a refusal', () => {
    const original = load('resources/samples/iris/model.onnx')
    let state = 12345
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 4294967296) * below)
    }
    let refused = 0
    for (let round = 0; round < 5000; round += 1) {
      const bytes = original.slice()
      for (let change = random(6); change >= 0; change -= 1) bytes[random(bytes.length)] = random(256)
      if (tryRead(bytes) !== 'summary') refused += 1
    }
    expect(refused).toBeGreaterThan(100)
    expect(refused).toBeLessThan(5000)
  })
})

describe('hostile files', () => {
  it('refuses graphs nested beyond the depth limit', () => {
    let nodes = message(1, text(4, 'Relu'))
    for (let depth = 0; depth < 1000; depth += 1) {
      nodes = message(1, text(4, 'If'), message(5, text(1, 'then_branch'), message(6, nodes)))
    }
    expect(errorOf(buildModel({ nodes: [nodes] }))).toMatchObject({ code: 'too_large' })
  })

  it('reads the nesting that real control flow has', () => {
    let nodes = message(1, text(4, 'Relu'))
    for (let depth = 0; depth < 10; depth += 1)
      nodes = message(1, text(4, 'If'), message(5, message(6, nodes)))
    expect(inspectOnnx(readOnnx(buildModel({ nodes: [nodes] }))).nodeCount).toBe(11)
  })

  it.each([
    ['of 2 GB', [0x3a, 0xff, 0xff, 0xff, 0xff, 0x07]],
    ['of 2^63 bytes', [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['in a number of eleven bytes', [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('refuses a declared length %s at once', (_what, declared) => {
    expect(errorOf(join(number(1, 9), Uint8Array.from(declared))).code).toBe('invalid')
  })

  it('bounds what two-byte empty messages can build', () => {
    const empty = new Uint8Array(4_000_000)
    for (let at = 0; at < empty.length; at += 2) empty[at] = 0x0a
    const before = process.memoryUsage().heapUsed
    expect(errorOf(join(number(1, 9), message(7, empty)))).toMatchObject({ code: 'too_large' })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400_000_000)
  })

  it('bounds the number of class labels it reads', () => {
    const labels = new Uint8Array((ONNX_LIMITS.classLabels + 1) * 2)
    for (let at = 0; at < labels.length; at += 2) labels[at] = 0x4a
    const attribute = message(5, text(1, 'classlabels_strings'), labels)
    const zipMap = message(1, text(1, 'x'), text(2, 'y'), text(4, 'ZipMap'), text(7, 'ai.onnx.ml'), attribute)
    expect(errorOf(buildModel({ nodes: [zipMap] }))).toMatchObject({ code: 'too_large' })
  })

  it('does not multiply hostile dimensions into something it allocates', () => {
    const dims = Array.from({ length: 50 }, () => number(1, 2 ** 50))
    const graph = message(
      7,
      message(1, text(4, 'Relu')),
      message(5, ...dims, text(8, 'w')),
      message(12, text(1, 'y')),
    )
    expect(inspectOnnx(readOnnx(graph)).parameterCount).toBe(Number.MAX_SAFE_INTEGER)
  })
})

import { describe, expect, it } from 'vitest'
import type { RunRequest } from '../../main/inference/pool'
import { DIABETES, fixture, float32, IRIS, irisRequest, irisRow, ownModel } from './models'
import { readExpected, valuesOf, wideRequest } from './models'
import { SPAWNERS, nextTurn, openPool, spawnThreads } from './pools'
import { workerPath } from '../support/worker-path'

const NO_ZIPMAP = fixture('string_labels_nozipmap')

describe.each(SPAWNERS)('inference in %s', (_, createSpawner) => {
  const spawn = () => createSpawner(workerPath('onnx-worker'))

  it('tells what a model takes and gives', async () => {
    const { pool } = openPool(spawn(), { size: 1 })
    expect(await pool.load('iris', IRIS)).toEqual({
      inputs: [{ name: 'float_input', isTensor: true, type: 'float32', dims: ['', 4] }],
      outputs: [
        { name: 'output_label', isTensor: true, type: 'string', dims: [''] },
        { name: 'output_probability', isTensor: false },
      ],
    })
  })

  it('answers as the Python runtime does', async () => {
    const { pool } = openPool(spawn())
    await Promise.all([pool.load('iris', IRIS), pool.load('diabetes', DIABETES)])
    const flowers = readExpected('iris')
    const flower = { float_input: float32(flowers.map(({ inputs }) => Object.values(inputs))) }
    const labels = await pool.run('iris', { rows: flowers.length, inputs: flower })
    expect(valuesOf(labels, 'output_label')).toEqual(flowers.map(({ label }) => label))
    expect(Object.keys(labels)).toEqual(['output_label'])

    type Patient = { readonly inputs: Readonly<Record<string, number>>; readonly value: number }
    const patients = readExpected<Patient>('diabetes')
    const patient = { float_input: float32(patients.map(({ inputs }) => Object.values(inputs))) }
    const progress = await pool.run('diabetes', { rows: patients.length, inputs: patient })
    valuesOf(progress, 'variable').forEach((value, index) =>
      expect(value).toBeCloseTo(patients[index]!.value, 3),
    )
  })

  it('gives each of 200 simultaneous requests its own rows', async () => {
    const { pool } = openPool(spawn())
    await pool.load('m', NO_ZIPMAP)
    const requests = Array.from({ length: 200 }, (_, n): RunRequest => {
      const rows = [1, 3, 1, 17, 600, 2][n % 6]!
      const table = Array.from({ length: rows }, (_, index) => irisRow(n * 31 + index))
      const outputs = n % 5 === 0 ? { outputs: ['probabilities'] } : {}
      return { rows, inputs: { float_input: float32(table) }, ...outputs }
    })
    const together = await Promise.all(requests.map((request) => pool.run('m', request)))
    const { mergedRuns, runs } = pool.stats().models[0]!
    expect(mergedRuns).toBeGreaterThan(0)
    expect(runs).toBeLessThan(200)
    for (const [n, request] of requests.entries()) {
      const alone = await pool.run('m', request)
      expect(Object.keys(together[n]!)).toEqual(Object.keys(alone))
      expect(together[n]!.probabilities!.dims).toEqual([request.rows, 3])
      const shared = together[n]!.probabilities!.data as Float32Array
      const worst = shared.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - Number(alone.probabilities!.data[index]))),
        0,
      )
      expect(worst).toBeLessThan(1e-6)
      expect(together[n]!.label?.data).toEqual(alone.label?.data)
    }
  })

  it('carries text and whole numbers', async () => {
    type Customer = { readonly inputs: { readonly [name: string]: string | number }; readonly label: string }
    const customers = readExpected<Customer>('columns')
    const { pool } = openPool(spawn(), { size: 1 })
    await pool.load('columns', fixture('columns'))
    const column = (name: string) => customers.map(({ inputs }) => inputs[name]!)
    const dims = [customers.length, 1]
    const outputs = await pool.run('columns', {
      rows: customers.length,
      inputs: {
        city: { type: 'string', dims, data: column('city').map(String) },
        income: { type: 'float32', dims, data: Float32Array.from(column('income').map(Number)) },
        balance: { type: 'float32', dims, data: Float32Array.from(column('balance').map(Number)) },
        visits: { type: 'int64', dims, data: BigInt64Array.from(column('visits').map(BigInt)) },
      },
    })
    expect(valuesOf(outputs, 'output_label').map(String)).toEqual(customers.map(({ label }) => label))
  })

  it('runs ten thousand rows at once', async () => {
    const { pool } = openPool(spawn(), { size: 1, maxQueuedRows: 100 })
    await pool.load('m', NO_ZIPMAP)
    const table = Array.from({ length: 10_000 }, (_, n) => irisRow(n))
    const { probabilities } = await pool.run('m', { rows: 10_000, inputs: { float_input: float32(table) } })
    expect(probabilities!.dims).toEqual([10_000, 3])
    expect(pool.stats().models[0]!.runs).toBe(1)
  })

  it('lets a bad request fail alone', async () => {
    const { pool } = openPool(spawn(), { size: 1 })
    await pool.load('lookup', ownModel('lookup'))
    const ask = (x: bigint) =>
      pool.run('lookup', {
        rows: 1,
        inputs: { x: { type: 'int64', dims: [1, 1], data: BigInt64Array.of(x) } },
      })
    const answers = await Promise.allSettled([2n, 3n, 4n, 400n, 5n, 6n, 7n].map(ask))
    expect(answers.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1)
    expect(answers[3]).toMatchObject({
      reason: { code: 'invalid', message: expect.stringContaining('400') as unknown },
    })
    const values = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? valuesOf(answer.value, 'y') : [],
    )
    expect(values).toEqual([3, 4.5, 6, 7.5, 9, 10.5])
  })

  it('finishes what runs and refuses what waits when it closes', async () => {
    const { pool } = openPool(spawn(), { size: 1 })
    await pool.load('slow', fixture('slow'))
    const running = pool.run('slow', wideRequest([1, 2, 3]))
    await nextTurn()
    const waiting = pool.run('slow', wideRequest([4, 5, 6]))
    const refused = expect(waiting).rejects.toMatchObject({ code: 'not_ready' })
    const closed = pool.close()
    await refused
    expect(Number((await running).y!.data[0])).toBeCloseTo(2, 3)
    await closed
    expect(pool.stats().workers).toEqual([{ state: 'closed', pid: undefined }])
    await expect(pool.run('slow', wideRequest([1, 2, 3]))).rejects.toMatchObject({ code: 'not_ready' })
  })

  it('closes while its workers are still starting', async () => {
    const { pool } = openPool(spawn())
    const load = expect(pool.load('iris', IRIS)).rejects.toMatchObject({ code: 'not_ready' })
    await pool.close()
    await load
  })
})

describe('the inference pool', () => {
  it.each([
    ['not-onnx', 'invalid', /cannot be loaded: Protobuf parsing failed/],
    ['truncated', 'invalid', /cannot be loaded: Protobuf parsing failed/],
    ['custom-domain', 'unsupported', /com.example:Scale.* is not a registered/],
    ['unknown-operator', 'unsupported', /No Op registered for Frobnicate/],
    ['future-opset', 'unsupported', /^the model cannot be loaded: ONNX Runtime .*Opset 99/],
    ['no-such-file', 'not_found', /doesn't exist/],
  ])('says why %s cannot be loaded and keeps nothing of it', async (name, code, message) => {
    const { pool } = openPool(spawnThreads(), { size: 1 })
    const load = pool.load('m', fixture(name))
    const waiting = pool.run('m', irisRequest(0, 1))
    const refused = expect(waiting).rejects.toMatchObject({ code })
    await expect(load).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown })
    await refused
    expect(pool.stats().models).toEqual([])
    await expect(pool.load('m', IRIS)).resolves.toBeDefined()
  })

  it('keeps a model until everybody who loaded it has unloaded it', async () => {
    const { pool } = openPool(spawnThreads())
    await Promise.all([pool.load('iris', IRIS), pool.load('iris', IRIS)])
    await expect(pool.load('iris', DIABETES)).rejects.toMatchObject({ code: 'conflict' })
    await pool.unload('iris')
    await expect(pool.run('iris', irisRequest(0, 1))).resolves.toBeDefined()
    await pool.unload('iris')
    await expect(pool.run('iris', irisRequest(0, 1))).rejects.toMatchObject({ code: 'not_found' })
    await pool.unload('iris')
    await pool.load('iris', IRIS)
    await expect(pool.run('iris', irisRequest(0, 1))).resolves.toBeDefined()
  })

  it('answers what waits before it unloads a model', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1 })
    await pool.load('slow', fixture('slow'))
    const running = [wideRequest([1, 2, 3]), wideRequest([4, 5, 6])].map((request) =>
      pool.run('slow', request),
    )
    await pool.unload('slow')
    expect(pool.stats().models).toEqual([])
    expect((await Promise.all(running)).map(({ y }) => Math.round(Number(y!.data[0])))).toEqual([2, 5])
  })

  it('refuses what would wait too long, and other models are not affected', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1, maxQueuedRows: 3 })
    await Promise.all([pool.load('slow', fixture('slow')), pool.load('iris', IRIS)])
    const accepted = [pool.run('slow', wideRequest([1, 1, 1]))]
    await nextTurn()
    accepted.push(...[2, 3, 4].map((n) => pool.run('slow', wideRequest([n, n, n]))))
    await expect(pool.run('slow', wideRequest([5, 5, 5]))).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('model slow: 3 rows wait already, at most 3 may') as unknown,
    })
    accepted.push(pool.run('iris', irisRequest(0, 3)))
    expect(await Promise.all(accepted)).toHaveLength(5)
  })

  it('serves waiting models in turn', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1, maxBatchRows: 1 })
    await Promise.all([pool.load('slow', fixture('slow')), pool.load('iris', IRIS)])
    const finished: string[] = []
    const busy = [1, 2, 3].map((n) =>
      pool.run('slow', wideRequest([n, n, n])).then(() => finished.push('slow')),
    )
    const quiet = pool.run('iris', irisRequest(0, 1)).then(() => finished.push('iris'))
    await Promise.all([...busy, quiet])
    expect(finished.indexOf('iris')).toBeLessThan(3)
  })

  it('does not merge for a model whose batch size is fixed', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1 })
    await pool.load('one', fixture('no-batch'))
    const rows = Array.from({ length: 20 }, (_, n) => wideRequest([n, n, n]))
    const answers = await Promise.all(rows.map((request) => pool.run('one', request)))
    expect(answers.map(({ y }) => y!.data[0])).toEqual(rows.map((_, n) => 3 * n))
    expect(pool.stats().models[0]).toMatchObject({ runs: 20, mergedRuns: 0 })
  })

  const column = (...values: number[]): RunRequest => ({
    rows: values.length,
    inputs: { x: { type: 'float32', dims: [values.length, 1], data: Float32Array.from(values) } },
  })

  it('stops merging for a model that does not answer one row per row', async () => {
    const { pool, events } = openPool(spawnThreads(), { size: 1 })
    await pool.load('unique', ownModel('unique'))
    const answers = await Promise.all([1, 2, 2, 2, 1, 3].map((n) => pool.run('unique', column(n, n))))
    expect(answers.map(({ y }) => [...y!.data])).toEqual([[1], [2], [2], [2], [1], [3]])
    expect(events).toContainEqual({ kind: 'merging-stopped', key: 'unique' })
    expect(pool.stats().models[0]!.mergedRuns).toBe(1)
  })

  it('stops merging for a model whose rows depend on their neighbours', async () => {
    const { pool, events } = openPool(spawnThreads(), { size: 1 })
    await pool.load('centred', ownModel('centred'))
    const answers = await Promise.all([0, 10, 20, 30, 40].map((n) => pool.run('centred', column(n, n + 2))))
    expect(answers.map(({ y }) => [...y!.data])).toEqual(Array.from({ length: 5 }, () => [-1, 1]))
    expect(events).toContainEqual({ kind: 'merging-stopped', key: 'centred' })
  })

  it('frees a caller who no longer wants the answer', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1 })
    await pool.load('slow', fixture('slow'))
    const running = pool.run('slow', wideRequest([1, 2, 3]))
    await nextTurn()
    const impatient = new AbortController()
    const waiting = pool.run('slow', { ...wideRequest([4, 5, 6]), signal: impatient.signal })
    const freed = expect(waiting).rejects.toThrow('left')
    impatient.abort(new Error('left'))
    await freed
    expect(pool.stats().waitingRows).toBe(0)
    await running
    expect(pool.stats().models[0]!.runs).toBe(1)
    await expect(pool.run('slow', { ...wideRequest([1, 2, 3]), signal: impatient.signal })).rejects.toThrow(
      'left',
    )
  })

  it('names what is wrong with a request', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1 })
    await pool.load('iris', IRIS)
    const ask = (request: RunRequest) => pool.run('iris', request)
    await expect(pool.run('rose', irisRequest(0, 1))).rejects.toThrow('model rose is not loaded')
    await expect(ask({ rows: 1, inputs: {} })).rejects.toThrow(/float_input.* is missing/)
    await expect(ask({ rows: 1, inputs: { float_input: float32([[1, 2]]) } })).rejects.toThrow(
      /Got: 2 Expected: 4/,
    )
    await expect(ask({ ...irisRequest(0, 1), outputs: ['output_probability'] })).rejects.toMatchObject({
      code: 'unsupported',
      message:
        'output output_probability is a sequence or map, only tensors can be fetched; the outputs are: output_label',
    })
    await expect(ask({ ...irisRequest(0, 1), outputs: ['colour'] })).rejects.toThrow(
      'output colour does not exist',
    )
    const short = { type: 'float32', dims: [2, 4], data: new Float32Array(4) } as const
    await expect(ask({ rows: 2, inputs: { float_input: short } })).rejects.toThrow(
      /float_input: 4 values do not fill/,
    )
    const odd = {
      rows: 1,
      inputs: { float_input: { ...short, dims: [1, 4], data: (() => 1) as never } },
    } as const
    await expect(ask(odd)).rejects.toMatchObject({ code: 'invalid' })
  })
})

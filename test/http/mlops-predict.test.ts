import { describe, expect, it } from 'vitest'
import { expectRefusal, sendRaw } from '../support/api-client'
import type { Answer, Page } from '../support/api-client'
import type { LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { readExpectedAnswers } from '../support/sample-rows'
import { openWorkstation, SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const PATH = `${DEPLOYMENTS}/${SAMPLE.fraud.deployment}`
const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }

const predict = (inputs: unknown, options?: object): Promise<Answer<Predicted>> =>
  station.api.post(`${PATH}/predict`, { inputs, ...(options === undefined ? {} : { options }) })
const predictText = (body: string, type?: string): Promise<Answer> =>
  station.api.postText(`${PATH}/predict`, body, type)
async function readLog(query = ''): Promise<Page<LogLine>> {
  return (await station.api.get<Page<LogLine>>(`${PATH}/inference-logs${query}`)).body
}

describe('answers', () => {
  it.each(['fraud', 'iris', 'diabetes'] as const)(
    'are those of the Python runtime for the %s sample',
    async (name) => {
      const records = readExpectedAnswers(name)
      const inputs = records.map((record) => record.inputs)
      const path = `${DEPLOYMENTS}/${SAMPLE[name].deployment}/predict`
      const { status, body } = await station.api.post<Predicted>(path, { inputs })
      expect(status).toBe(200)
      expect(body.predictions).toHaveLength(records.length)
      body.predictions.forEach(({ prediction, probabilities }, index) => {
        const { label, value, probabilities: wanted = {} } = records[index]!
        if (label !== undefined) expect(prediction).toBe(label)
        else expect(Math.abs(Number(prediction) - value!)).toBeLessThanOrEqual(1e-6 * Math.abs(value!))
        for (const [name, share] of Object.entries(wanted))
          expect(Math.abs(probabilities![name]! - share)).toBeLessThan(1e-6)
      })
    },
  )

  it('are one per record, also for a single one, in the order of the records', async () => {
    const fraud = { amount: 1450, merchant_id: 190, hour: 3 }
    expect((await predict(PAYMENT)).body.predictions).toHaveLength(1)
    const { body } = await predict([PAYMENT, fraud, PAYMENT])
    expect(body.predictions.map((answer) => answer.prediction)).toEqual(['0', '1', '0'])
  })

  it('are numbers for regression and text for classification', async () => {
    const [record] = readExpectedAnswers('diabetes')
    const path = `${DEPLOYMENTS}/${SAMPLE.diabetes.deployment}/predict`
    const { body } = await station.api.post<Predicted>(path, { inputs: record!.inputs })
    expect(body.predictions[0]!.prediction).toBeTypeOf('number')
    expect(body.predictions[0]).not.toHaveProperty('probabilities')
    expect((await predict(PAYMENT)).body.predictions[0]!.prediction).toBe('0')
  })

  it('come from a record whose columns stand in another order', async () => {
    const inOrder = await predict(PAYMENT)
    const reversed = await predict({ hour: 14, merchant_id: 42, amount: 29.99 })
    expect(reversed.body.predictions[0]!.probabilities).toEqual(inOrder.body.predictions[0]!.probabilities)
  })

  it('are each a line of the log under the same id', async () => {
    const { body } = await predict([PAYMENT, { ...PAYMENT, hour: 15 }])
    const { items } = await readLog('?limit=2')
    expect(items.map((line) => line.id)).toEqual(body.predictions.map((answer) => answer.id).reverse())
    expect(items.map((line) => line.inputs)).toEqual([{ ...PAYMENT, hour: 15 }, PAYMENT])
  })

  it('stand as told to many callers at once', async () => {
    const records = readExpectedAnswers('fraud')
    const callers = Array.from({ length: 60 }, (_, index) => records[index % records.length]!)
    const answers = await Promise.all(callers.map((record) => predict(record.inputs)))
    answers.forEach(({ status, body }, index) => {
      expect(status).toBe(200)
      expect(body.predictions[0]!.prediction).toBe(callers[index]!.label)
    })
  })
})

describe('columns that the model does not take', () => {
  it('are kept in the log, not used, and named in a warning', async () => {
    const plain = await predict(PAYMENT)
    const extra = { ...PAYMENT, customer: 'c-17', basket: [1, 2] }
    const { status, body } = await predict(extra)
    expect(status).toBe(200)
    expect(body.predictions[0]!.probabilities).toEqual(plain.body.predictions[0]!.probabilities)
    expect(body.warnings?.join()).toMatch(/"customer", "basket"/)
    expect((await readLog('?limit=1')).items[0]!.inputs).toEqual(extra)
  })

  it('may be called like a part of every object', async () => {
    const body = `{"inputs":{"amount":1,"merchant_id":2,"hour":3,"constructor":1,"__proto__":{"x":1}}}`
    expect(await predictText(body)).toMatchObject({ status: 200 })
    const without = `{"inputs":{"amount":1,"merchant_id":2,"__proto__":{"hour":3}}}`
    expectRefusal(await predictText(without), 422, /inputs\.hour is missing/)
  })
})

describe('features that do not fit', () => {
  it.each<[string, object, RegExp]>([
    ['missing', { amount: 1, merchant_id: 2 }, /^inputs\.hour is missing; expected a finite number$/],
    ['null', { ...PAYMENT, hour: null }, /inputs\.hour is missing/],
    ['text', { ...PAYMENT, amount: 'cheap' }, /inputs\.amount is "cheap"; expected a finite number/],
    ['a number as text', { ...PAYMENT, amount: '29.99' }, /inputs\.amount is "29.99"; expected a finite/],
    ['true', { ...PAYMENT, amount: true }, /inputs\.amount is true/],
    ['a list', { ...PAYMENT, hour: [14] }, /inputs\.hour is \[14\]/],
    ['an object', { ...PAYMENT, hour: { h: 14 } }, /inputs\.hour is \{"h":14\}/],
    ['several at once', { amount: 'x' }, /inputs\.amount.*; inputs\.merchant_id.*; inputs\.hour/],
  ])('are refused by name: %s', async (_what, inputs, why) => {
    expectRefusal(await predict(inputs), 422, why)
  })

  it.each(['1e999', '-1e999'])('are refused by name: %s, which no number holds', async (text) => {
    const answer = await predictText(`{"inputs":{"amount":${text},"merchant_id":42,"hour":14}}`)
    expectRefusal(answer, 422, /inputs\.amount.*expected a finite number/)
  })

  it.each([3.5e38, -1e300])(
    'are refused by name: %d, which the float32 of the model does not hold',
    async (amount) => {
      const answer = await predict([PAYMENT, { ...PAYMENT, amount }])
      expectRefusal(answer, 422, /^inputs\[1\]\.amount is -?\S+; expected a number up to 3\.4e38/)
      expect((await predict({ ...PAYMENT, amount: 3.4e38 })).status).toBe(200)
    },
  )

  it('are refused with the number of their record', async () => {
    const answer = await predict([PAYMENT, { ...PAYMENT, hour: 'noon' }])
    expectRefusal(answer, 422, /^inputs\[1\]\.hour is "noon"/)
  })

  it('leave one line in the log with the status and the reason', async () => {
    const before = await readLog('?limit=1')
    await predict([PAYMENT, { amount: 1 }])
    const after = await readLog('?limit=1')
    expect(after.total).toBe(before.total + 1)
    expect(after.items[0]).toMatchObject({ status_code: 422, prediction: null, inputs: null })
    expect(after.items[0]!.error).toMatch(/inputs\[1\]\.hour/)
  })
})

describe('a body', () => {
  it.each<[string, string, RegExp]>([
    ['without inputs', '{}', /inputs/],
    ['with a number as inputs', '{"inputs":3}', /inputs: expected an object of feature values/],
    ['with text as inputs', '{"inputs":"a"}', /inputs: expected an object/],
    ['with null as inputs', '{"inputs":null}', /inputs: expected an object/],
    ['without records', '{"inputs":[]}', /inputs: expected at least one record/],
    ['with a list in a list', '{"inputs":[[1,2,3]]}', /inputs/],
    ['that is a list', '[1]', /body/],
    ['that is a text', '"x"', /body/],
    ['that is null', 'null', /inputs/],
    ['that is cut off', '{"inputs":{"amount":1', /^body: not valid JSON/],
    ['with NaN in it', '{"inputs":{"amount":NaN,"merchant_id":1,"hour":1}}', /^body: not valid JSON/],
    ['in single quotes', "{'inputs': {}}", /^body: not valid JSON/],
    ['with a flag that is text', '{"inputs":{},"options":{"store_payload":"no"}}', /options\.store_payload/],
    ['with options that are text', '{"inputs":{},"options":"all"}', /options/],
  ])('%s is refused with the reason', async (_what, body, why) => {
    expectRefusal(await predictText(body), 422, why)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense'])(
    'of type %s is refused, naming the type that is right',
    async (type) => {
      expectRefusal(await predictText(JSON.stringify({ inputs: PAYMENT }), type), 422, /application\/json/)
    },
  )

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.company+json'])(
    'of type %s is read',
    async (type) => {
      expect(await predictText(JSON.stringify({ inputs: PAYMENT }), type)).toMatchObject({ status: 200 })
    },
  )

  it('that is absent is refused like an empty one', async () => {
    expectRefusal(await station.api.post(`${PATH}/predict`), 422, /inputs/)
  })

  it('in an unknown character set or compression is refused', async () => {
    const body = JSON.stringify({ inputs: PAYMENT })
    expectRefusal(await predictText(body, 'application/json; charset=klingon'), 422, /charset/i)
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'rot13' }
    expectRefusal(await station.api.send('POST', `${PATH}/predict`, { body, headers }), 422, /encoding/i)
  })

  it('over the limit is refused with 413 and the connection is given up', async () => {
    const { api, url, workstation } = await openWorkstation({ flags: ['--max-json-bytes', '2048'] })
    const path = `${DEPLOYMENTS}/nobody/predict`
    const long = JSON.stringify({ inputs: { text: 'x'.repeat(4096) } })
    const answer = await api.postText(path, long)
    expectRefusal(answer, 413, /2 KiB/)
    expect(answer.headers.get('connection')).toBe('close')
    const chunked = await sendRaw(url, {
      method: 'POST',
      path,
      headers: {
        Authorization: `Bearer ${workstation.apiKey}`,
        'Content-Type': 'application/json',
        'Transfer-Encoding': 'chunked',
      },
      body: long,
    })
    expect(chunked.status).toBe(413)
  })
})

describe('a batch', () => {
  it('of 10,000 records is answered, one of 10,001 is refused', { timeout: 30_000 }, async () => {
    const rows = Array.from({ length: 10_001 }, (_, index) => ({ ...PAYMENT, amount: 1 + index / 10 }))
    const before = (await readLog('?limit=1')).total
    const { status, body } = await predict(rows.slice(0, 10_000))
    expect(status).toBe(200)
    expect(new Set(body.predictions.map((answer) => answer.id)).size).toBe(10_000)
    expect((await readLog('?limit=1')).total).toBe(before + 10_000)
    expectRefusal(await predict(rows), 422, /at most 10,000 records/)
  })
})

describe('store_payload: false', () => {
  it('keeps the values out of the log, not the line', async () => {
    const before = await readLog('?limit=1')
    const { status, body } = await predict(PAYMENT, { store_payload: false })
    expect(status).toBe(200)
    const { total, items } = await readLog('?limit=1')
    expect(total).toBe(before.total + 1)
    expect(items[0]).toMatchObject({ id: body.predictions[0]!.id, inputs: null, prediction: '0' })
  })

  it('keeps the values of a refused record out of the log too', async () => {
    await predict({ ...PAYMENT, hour: 'secret-hour' }, { store_payload: false })
    const { items } = await readLog('?limit=1')
    expect(items[0]).toMatchObject({ status_code: 422, inputs: null })
    expect(JSON.stringify(items[0])).not.toContain('secret-hour')
  })
})

import { describe, expect, it } from 'vitest'
import type { Answer } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import { SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const POLICIES = '/api/privacy/policies'
const UNKNOWN = '99999999-9999-9999-9999-999999999999'

type Found = {
  readonly findings: readonly { readonly column: string; readonly pii_type: string }[]
  readonly counts: object
}

async function create(): Promise<{ readonly id: string }> {
  const body = { project_id: SAMPLE.fraud.project, name: 'every action', profile: 'custom' }
  return (await station.api.post<{ readonly id: string }>(POLICIES, body)).body
}

describe('trying privacy', () => {
  it('finds by column, by name and by content, in records and in a text', async () => {
    const records = {
      mail: 'jane@example.com',
      dob: '1984-07-15',
      note: 'card 4111111111111111',
      code: 'x',
      n: 4,
    }
    const { body } = await station.api.post<Found>('/api/privacy/detect', {
      records,
      column_map: { code: 'employee_id' },
    })
    expect(body.findings.map(({ column, pii_type }) => [column, pii_type])).toEqual([
      ['mail', 'email'],
      ['dob', 'date_of_birth'],
      ['note', 'credit_card'],
      ['code', 'employee_id'],
    ])
    const text = await station.api.post<Found>('/api/privacy/detect', { text: 'to jane@example.com' })
    expect(text.body).toMatchObject({
      findings: [{ column: null, pii_type: 'email', start: 3, end: 19 }],
      counts: { email: 1 },
    })
    expect(JSON.stringify(text.body)).not.toContain('jane')
  })

  it('leaves out what is less sure than asked for', async () => {
    const records = [{ age: 41 }]
    const find = async (threshold: number): Promise<object> =>
      (await station.api.post<Found>('/api/privacy/detect', { records, threshold })).body.counts
    expect(await find(0.7)).toEqual({})
    expect(await find(0.5)).toEqual({ age: 1 })
  })

  it('applies every action, and turns tokens and ciphers back for an administrator', async () => {
    const { id } = await create()
    const add = (pii_type: string, action: string, config = {}): Promise<Answer> =>
      station.api.post(`${POLICIES}/${id}/rules`, { pii_type, action, config })
    await add('email', 'tokenize')
    await add('phone_number', 'encrypt')
    await add('credit_card', 'mask', { show_last: 4 })
    await add('date_of_birth', 'generalize', { to: 'year' })
    await add('ssn', 'hash', { length: 32 })
    await add('ip_address', 'drop')
    await add('iban', 'redact', { replacement: '***' })
    const sent = {
      email: 'jane@example.com',
      phone: 4155552671,
      note: 'card 4111 1111 1111 1111, mail jane@example.com',
      dob: '1984-07-15',
      ssn: '123-45-6789',
      ip: '203.0.113.42',
      iban: 'DE89370400440532013000',
      amount: 12.5,
    }
    const { body } = await station.api.post<{ records: Record<string, string>[] }>('/api/privacy/transform', {
      policy_id: id,
      records: [sent],
    })
    const [record] = body.records
    expect(record).toEqual({
      email: expect.stringMatching(/^tok_/) as string,
      phone: expect.stringMatching(/^enc:v1:/) as string,
      note: `card **** **** **** 1111, mail ${record!['email']}`,
      dob: '1984',
      ssn: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      iban: '***',
      amount: 12.5,
    })
    const { email, phone, note } = record!
    const opened = await station.api.post('/api/privacy/decrypt', {
      values: [email, phone, { note }, 'tok_0123456789012345678901'],
    })
    expect(opened.body).toEqual({
      values: [
        'jane@example.com',
        4155552671,
        { note: 'card **** **** **** 1111, mail jane@example.com' },
        'tok_0123456789012345678901',
      ],
    })
  })

  it.each<[string, object, number, RegExp]>([
    ['detect', {}, 422, /records: expected either records or text/],
    ['detect', { text: 'x', records: [] }, 422, /either records or text/],
    ['detect', { text: 'x', threshold: 2 }, 422, /threshold: expected a number from 0 to 1/],
    ['detect', { records: [], column_map: { a: 'shoe' } }, 422, /column_map\.a: "shoe" is no kind/],
    ['detect', { text: 'x', policy_id: UNKNOWN }, 404, /no privacy policy/],
    ['transform', { policy_id: UNKNOWN, records: [] }, 404, /no privacy policy/],
    ['transform', { records: [] }, 422, /policy_id: expected the id of a privacy policy/],
    ['transform', { policy_id: UNKNOWN, records: 'x' }, 422, /records: expected a record/],
    ['decrypt', { values: 'x' }, 422, /values: expected a list/],
  ])('%s refuses %o', async (verb, body, status, why) => {
    expectRefusal(await station.api.post(`/api/privacy/${verb}`, body), status, why)
  })
})

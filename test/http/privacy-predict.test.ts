import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Page } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import type { DeploymentWire, LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { filePart, modelFile, writeForm } from '../support/model-form'
import { FIXTURES, openWorkstation, SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const { project, model } = SAMPLE.fraud
const POLICIES = '/api/privacy/policies'
const UNKNOWN = '99999999-9999-9999-9999-999999999999'
const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }
const MAIL = 'jane.doe@example.com'

type Config = DeploymentWire['config'] & {
  readonly privacy_policy_id: string | null
  readonly privacy_anonymize_logs: boolean
}

let made = 0
async function makePolicy(profile = 'custom', projectId: string = project): Promise<string> {
  const body = { project_id: projectId, name: `policy ${made++}`, profile }
  return (await station.api.post<{ id: string }>(POLICIES, body)).body.id
}
const create = (body: object): Promise<Answer<{ id: string; config: Config }>> =>
  station.api.post(deploymentsOf(project), {
    model_id: model,
    name: `deployment ${made++}`,
    stage: 'staging',
    ...body,
  })
const predict = (id: string, inputs: unknown, options?: object): Promise<Answer<Predicted>> =>
  station.api.post(`${DEPLOYMENTS}/${id}/predict`, { inputs, options })
async function newest(id: string): Promise<LogLine> {
  return (await station.api.get<Page<LogLine>>(`${DEPLOYMENTS}/${id}/inference-logs?limit=1`)).body.items[0]!
}

describe('a deployment', () => {
  it('takes privacy settings and shows them', async () => {
    const policy = await makePolicy()
    const settings = {
      privacy_policy_id: policy,
      privacy_anonymize_logs: true,
      privacy_anonymize_response: true,
      privacy_column_map: { customer: 'name' },
      privacy_threshold: 0.8,
    }
    const { status, body } = await create(settings)
    expect(status).toBe(201)
    expect(body.config).toMatchObject(settings)
    const { body: read } = await station.api.get<{ deployment: DeploymentWire }>(`${DEPLOYMENTS}/${body.id}`)
    expect(read.deployment.config).toMatchObject(settings)
  })

  it('anonymizes its log when a policy is attached without a word on that', async () => {
    expect((await create({ privacy_policy_id: await makePolicy() })).body.config.privacy_anonymize_logs).toBe(
      true,
    )
    expect((await create({})).body.config).toMatchObject({
      privacy_policy_id: null,
      privacy_anonymize_logs: false,
    })
  })

  it.each<[object, number, RegExp]>([
    [{ privacy_policy_id: UNKNOWN }, 404, /no privacy policy/],
    [
      { privacy_column_map: { mail: 'electronic_post' } },
      422,
      /privacy_column_map\.mail: "electronic_post" is no kind/,
    ],
    [{ privacy_threshold: 1.01 }, 422, /privacy_threshold: expected a number from 0 to 1/],
    [{ privacy_threshold: -0.1 }, 422, /privacy_threshold/],
    [{ privacy_anonymize_logs: 'yes' }, 422, /privacy_anonymize_logs: expected true or false/],
  ])('is refused with %o', async (settings, status, why) => {
    expectRefusal(await create(settings), status, why)
  })

  it('is refused with a policy of another project', async () => {
    const foreign = await makePolicy('custom', SAMPLE.iris.project)
    expectRefusal(await create({ privacy_policy_id: foreign }), 400, /belongs to another project/)
  })

  it('keeps its settings when production is rolled back to a model', async () => {
    const policy = await makePolicy()
    const { body } = await create({ stage: 'production', privacy_policy_id: policy })
    const rolled = await station.api.post<{ deployment_id: string }>(`${DEPLOYMENTS}/${body.id}/rollback`, {
      to_model_id: model,
    })
    const { body: read } = await station.api.get<{ deployment: DeploymentWire }>(
      `${DEPLOYMENTS}/${rolled.body.deployment_id}`,
    )
    expect(read.deployment.config).toMatchObject({ privacy_policy_id: policy, privacy_anonymize_logs: true })
  })
})

describe('a prediction', () => {
  it('sees the true values and logs the anonymized ones', async () => {
    const { body: open } = await create({})
    const { body: closed } = await create({
      privacy_anonymize_logs: true,
      privacy_column_map: { merchant_id: 'employee_id' },
    })
    const record = { ...PAYMENT, customer: MAIL }
    const [plain, anonymous] = [await predict(open.id, record), await predict(closed.id, record)]
    expect(anonymous.body.predictions[0]!.probabilities).toEqual(plain.body.predictions[0]!.probabilities)
    expect((await newest(open.id)).inputs).toEqual(record)
    expect((await newest(closed.id)).inputs).toEqual({
      ...PAYMENT,
      merchant_id: '[EMPLOYEE_ID]',
      customer: '[EMAIL]',
    })
  })

  it('follows its own options before those of its deployment', async () => {
    const policy = await makePolicy('pci_dss')
    const { body } = await create({ privacy_anonymize_logs: true })
    const record = { ...PAYMENT, mail: MAIL, card: '4111111111111111' }
    await predict(body.id, record, { anonymize_logs: false })
    expect((await newest(body.id)).inputs).toEqual(record)
    await predict(body.id, record, { privacy_policy_id: policy })
    expect((await newest(body.id)).inputs).toEqual({ ...record, card: '************1111' })
    expectRefusal(await predict(body.id, record, { privacy_policy_id: UNKNOWN }), 404, /no privacy policy/)
    const foreign = await makePolicy('custom', SAMPLE.iris.project)
    expectRefusal(await predict(body.id, record, { privacy_policy_id: foreign }), 400, /another project/)
  })

  it('applies a policy that comes with the request alone', async () => {
    const { body } = await create({})
    await predict(body.id, { ...PAYMENT, mail: MAIL }, { privacy_policy_id: await makePolicy() })
    expect((await newest(body.id)).inputs).toEqual({ ...PAYMENT, mail: '[EMAIL]' })
  })

  it('hears of a changed rule at once', async () => {
    const policy = await makePolicy()
    const { body } = await create({ privacy_policy_id: policy })
    await predict(body.id, { ...PAYMENT, mail: MAIL })
    expect((await newest(body.id)).inputs).toMatchObject({ mail: '[EMAIL]' })
    await station.api.post(`${POLICIES}/${policy}/rules`, { pii_type: 'email', action: 'generalize' })
    await predict(body.id, { ...PAYMENT, mail: MAIL })
    expect((await newest(body.id)).inputs).toMatchObject({ mail: 'example.com' })
  })

  it('does not repeat values in answers that are to be anonymous', async () => {
    const { body } = await create({ privacy_anonymize_response: true })
    const refused = await predict(body.id, { ...PAYMENT, amount: MAIL })
    expectRefusal(refused, 422, /^inputs\.amount does not fit; expected a finite number$/)
    const warned = await predict(body.id, { ...PAYMENT, [MAIL]: 1 })
    expect(warned.body.warnings?.join()).toMatch(/does not take "\[EMAIL\]"/)
    const { body: open } = await create({})
    expectRefusal(await predict(open.id, { ...PAYMENT, amount: MAIL }), 422, /jane\.doe/)
  })

  it('that is refused leaves no value in the log', async () => {
    const { body } = await create({ privacy_anonymize_logs: true })
    const refused = await predict(body.id, { ...PAYMENT, amount: `${'x'.repeat(20)} ${MAIL}` })
    expect(refused.status).toBe(422)
    expect(await newest(body.id)).toMatchObject({
      status_code: 422,
      error: 'refused: inputs.amount (values not kept)',
      inputs: { ...PAYMENT, amount: `${'x'.repeat(20)} [EMAIL]` },
    })
  })
})

describe('a shadow', () => {
  it('keeps out of its log what the deployment that was asked keeps out of its own', async () => {
    const { body: production } = await create({ stage: 'production', privacy_anonymize_logs: true })
    const { body: shadow } = await create({ is_shadow: true, privacy_column_map: { hour: 'age' } })
    await predict(production.id, { ...PAYMENT, mail: MAIL })
    await expect.poll(async () => (await newest(shadow.id)) as LogLine | undefined).toBeDefined()
    expect((await newest(shadow.id)).inputs).toEqual({ ...PAYMENT, mail: '[EMAIL]' })
    await station.api.post(`${DEPLOYMENTS}/${shadow.id}/deactivate`)
  })
})

const SECRETS = {
  mail: 'rosalind.franklin@kings.example',
  card: '5555555555554444',
  spacedCard: '4111 1111 1111 1111',
  phone: '+44 20 7946 0958',
  ssn: '536-90-4399',
  iban: 'GB82WEST12345698765432',
}

/** Files below a folder that hold a text, as UTF-8 or UTF-16. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const needles = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(encodeURIComponent(text))]
  return names.filter((name) => {
    const path = join(folder, name)
    if (!statSync(path).isFile()) return false
    const content = readFileSync(path)
    return needles.some((needle) => content.includes(needle))
  })
}

describe('the data folder of a deployment with an anonymized log', () => {
  let cities = ''
  beforeAll(async () => {
    const parts = [
      ['project_id', project],
      ['name', 'cities'],
      ['target_column', 'churned'],
      filePart('model', modelFile('columns')),
      filePart('training_data', join(FIXTURES, 'onnx/columns.csv')),
    ] as const
    const { body } = await station.api.send<{ model_id: string }>('POST', '/api/models', {
      body: writeForm(parts),
    })
    cities = body.model_id
  })

  it('holds no raw value in any file, write-ahead log included, while it runs and afterwards', async () => {
    const folder = station.dataDirectory
    const { body: numbers } = await create({ privacy_anonymize_logs: true })
    const { body: texts } = await create({ model_id: cities, privacy_policy_id: await makePolicy() })
    const tokens = await makePolicy()
    for (const [pii_type, action] of [
      ['email', 'tokenize'],
      ['credit_card', 'encrypt'],
      ['ssn', 'hash'],
      ['phone_number', 'tokenize'],
      ['iban', 'redact'],
    ])
      await station.api.post(`${POLICIES}/${tokens}/rules`, { pii_type, action })
    const visit = { city: 'Lyon', income: 2000, balance: 10, visits: 3 }
    for (const secret of Object.values(SECRETS)) {
      for (const options of [undefined, { privacy_policy_id: tokens }]) {
        // In an extra column, in a string feature, in a nested value, in the name of a column, in the wrong feature.
        const sent = [
          await predict(
            numbers.id,
            { ...PAYMENT, note: `see ${secret}.`, deep: { list: [secret] }, [secret]: 1 },
            options,
          ),
          await predict(texts.id, { ...visit, city: secret }, options),
          await predict(
            texts.id,
            [
              { ...visit, city: `a ${secret} b` },
              { ...visit, extra: secret },
            ],
            options,
          ),
        ]
        for (const { status } of sent) expect(status).toBe(200)
        expect((await predict(numbers.id, { ...PAYMENT, hour: secret }, options)).status).toBe(422)
      }
    }
    expect((await predict(numbers.id, { ...PAYMENT, note: Number(SECRETS.card) })).status).toBe(200)
    await station.api.post(`${DEPLOYMENTS}/${texts.id}/drift/run`)
    expect((await readdir(folder)).some((name) => name.endsWith('-wal'))).toBe(true)
    for (const secret of Object.values(SECRETS)) expect(await filesWith(folder, secret)).toEqual([])
    // The same search finds what is kept in clear, so that it can find at all.
    const { body: open } = await create({})
    await predict(open.id, { ...PAYMENT, note: 'barbara.mcclintock@cornell.example' })
    expect(await filesWith(folder, 'barbara.mcclintock@cornell.example')).not.toEqual([])
    const { body: lines } = await station.api.get<Page<LogLine>>(
      `${DEPLOYMENTS}/${texts.id}/inference-logs?limit=500`,
    )
    expect(JSON.stringify(lines.items)).toMatch(/\[CREDIT_CARD\].*tok_/)
  })
})

describe('the key of a workspace', () => {
  it('is made when it is needed, for its owner alone, and keeps hashes the same after a restart', async () => {
    const first = await openWorkstation()
    const { body: project } = await first.api.post<{ project_id: string }>('/api/projects', { name: 'p' })
    const { body: policy } = await first.api.post<{ id: string }>(POLICIES, {
      project_id: project.project_id,
      name: 'x',
      profile: 'gdpr',
    })
    const hash = async (opened: typeof first): Promise<unknown> =>
      (await opened.api.post('/api/privacy/transform', { policy_id: policy.id, records: { mail: MAIL } }))
        .body
    const key = join(first.dataDirectory, 'privacy.key')
    expect(() => statSync(key)).toThrow()
    const hashed = await hash(first)
    expect(statSync(key).mode & 0o777).toBe(0o600)
    await first.workstation.close()
    const again = await openWorkstation({ dataDirectory: first.dataDirectory })
    expect(await hash(again)).toEqual(hashed)
  })
})

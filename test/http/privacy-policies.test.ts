import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Page } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import { deploymentsOf } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const { project, model } = SAMPLE.fraud
const POLICIES = '/api/privacy/policies'
const UNKNOWN = '99999999-9999-9999-9999-999999999999'

type RuleWire = {
  readonly id: string
  readonly pii_type: string
  readonly action: string
  readonly config: object
  readonly is_enabled: boolean
}
type PolicyWire = {
  readonly id: string
  readonly policy_id: string
  readonly name: string
  readonly status: string
  readonly settings: object
}

const json = (body: object) => ({
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
})
const patch = (path: string, body: object): Promise<Answer> => station.api.send('PATCH', path, json(body))
let made = 0
async function create(body: object = {}): Promise<PolicyWire> {
  const answer = await station.api.post<PolicyWire>(POLICIES, {
    project_id: project,
    name: `policy ${made++}`,
    profile: 'custom',
    ...body,
  })
  expect(answer.status).toBe(201)
  return answer.body
}
async function rulesOf(id: string): Promise<readonly RuleWire[]> {
  return (await station.api.get<Page<RuleWire>>(`${POLICIES}/${id}/rules?limit=500`)).body.items
}

describe('a policy', () => {
  it('is made as a draft, found again under both its ids, listed and filtered', async () => {
    const policy = await create({ name: 'Support tickets', description: 'For the help desk' })
    expect(policy).toMatchObject({
      policy_id: policy.id,
      status: 'draft',
      settings: { auto_detect: true, confidence_threshold: 0.7 },
    })
    expect((await station.api.get(`${POLICIES}/${policy.id}`)).body).toMatchObject({
      policy: { id: policy.id, name: 'Support tickets', project_id: project, rules: [] },
    })
    await patch(`${POLICIES}/${policy.id}`, { status: 'active' })
    const list = async (query: string): Promise<string[]> =>
      (await station.api.get<Page<PolicyWire>>(`${POLICIES}?${query}`)).body.items.map(({ id }) => id)
    expect(await list(`project_id=${project}&status=active`)).toContain(policy.id)
    expect(await list('status=draft')).not.toContain(policy.id)
    expect(await list(`project_id=${SAMPLE.iris.project}`)).toEqual([])
    expect(await list('search=TICKETS')).toEqual([policy.id])
    expect(await list('limit=1')).toHaveLength(1)
  })

  it.each([
    ['hipaa', 'date_of_birth', 'generalize'],
    ['gdpr', 'email', 'hash'],
    ['pci_dss', 'credit_card', 'mask'],
    ['ccpa', 'ssn', 'redact'],
  ])('begins with the rules of its profile: %s', async (profile, type, action) => {
    const rules = await rulesOf((await create({ profile })).id)
    expect(rules.find((rule) => rule.pii_type === type)).toMatchObject({
      action,
      is_enabled: true,
      is_default: true,
    })
  })

  it('is changed in parts', async () => {
    const { id } = await create({ settings: { confidence_threshold: 0.9 } })
    await patch(`${POLICIES}/${id}`, { name: 'Renamed', settings: { auto_detect: false } })
    expect((await station.api.get(`${POLICIES}/${id}`)).body).toMatchObject({
      policy: { name: 'Renamed', settings: { auto_detect: false, confidence_threshold: 0.9 } },
    })
  })

  it('is gone when it is deleted, but not while a deployment uses it', async () => {
    const { id } = await create()
    const body = { model_id: model, name: 'uses it', stage: 'staging', privacy_policy_id: id }
    const { body: deployment } = await station.api.post<{ id: string }>(deploymentsOf(project), body)
    expectRefusal(await station.api.delete(`${POLICIES}/${id}`), 409, /is used by "uses it"/)
    await station.api.post(`/api/mlops/deployments/${deployment.id}/deactivate`)
    expect(await station.api.delete(`${POLICIES}/${id}`)).toMatchObject({ status: 200, body: { ok: true } })
    expectRefusal(await station.api.get(`${POLICIES}/${id}`), 404, /no privacy policy/)
  })

  it('has a name of its own in its project', async () => {
    await create({ name: 'Twice' })
    const again = { project_id: project, name: 'twice', profile: 'gdpr' }
    expectRefusal(await station.api.post(POLICIES, again), 409, /choose another name/)
    expect((await station.api.post(POLICIES, { ...again, project_id: SAMPLE.iris.project })).status).toBe(201)
  })

  it.each<[string, object, number, RegExp]>([
    ['no project', { project_id: UNKNOWN }, 404, /no project/],
    ['no name', { name: ' ' }, 422, /name: give the policy a name/],
    ['an unknown profile', { profile: 'soc2' }, 422, /profile: expected one of hipaa/],
    ['an unknown status', { status: 'live' }, 422, /status: expected "draft" or "active"/],
    [
      'a threshold above 1',
      { settings: { confidence_threshold: 1.5 } },
      422,
      /settings\.confidence_threshold: expected a number from 0 to 1/,
    ],
  ])('is refused with %s', async (_what, part, status, why) => {
    const body = { project_id: project, name: 'refused', profile: 'gdpr', ...part }
    expectRefusal(await station.api.post(POLICIES, body), status, why)
  })
})

describe('a rule', () => {
  it('is added, changed, switched off and removed, by either path', async () => {
    const { id } = await create()
    const { status, body: rule } = await station.api.post<RuleWire>(`${POLICIES}/${id}/rules`, {
      pii_type: 'credit_card',
      action: 'mask',
      config: { show_last: 4 },
    })
    expect(status).toBe(201)
    expect(rule).toMatchObject({
      pii_type: 'credit_card',
      action: 'mask',
      config: { show_last: 4 },
      is_enabled: true,
    })
    await patch(`${POLICIES}/${id}/rules/${rule.id}`, { is_enabled: false })
    await patch(`/api/privacy/rules/${rule.id}`, { action: 'hash', config: {} })
    expect(await rulesOf(id)).toMatchObject([{ id: rule.id, action: 'hash', is_enabled: false, config: {} }])
    expect((await station.api.delete(`/api/privacy/rules/${rule.id}`)).status).toBe(200)
    expect(await rulesOf(id)).toEqual([])
    expectRefusal(await patch(`/api/privacy/rules/${rule.id}`, {}), 404, /no rule/)
  })

  it('takes the place of the one from the profile, not of another of a person', async () => {
    const { id } = await create({ profile: 'gdpr' })
    const body = { pii_type: 'email', action: 'redact' }
    expect((await station.api.post(`${POLICIES}/${id}/rules`, body)).status).toBe(201)
    expect((await rulesOf(id)).filter((rule) => rule.pii_type === 'email')).toMatchObject([
      { action: 'redact' },
    ])
    expectRefusal(await station.api.post(`${POLICIES}/${id}/rules`, body), 409, /a rule for email/)
  })

  it.each<[object, RegExp]>([
    [{ pii_type: 'shoe_size', action: 'redact' }, /pii_type: "shoe_size" is no kind of personal data/],
    [{ pii_type: 'email', action: 'shred' }, /action: expected one of redact, mask/],
    [
      { pii_type: 'email', action: 'mask', config: { show_last: -1 } },
      /config\.show_last: expected a whole number/,
    ],
  ])('is refused: %o', async (body, why) => {
    const { id } = await create()
    expectRefusal(await station.api.post(`${POLICIES}/${id}/rules`, body), 422, why)
  })
})

describe('who may', () => {
  let id = ''
  beforeAll(async () => {
    id = (await create()).id
  })
  const withScope = (scope: 'read' | 'write' | 'predict' | 'admin') =>
    station.api.withKey(station.workstation.core.keys.createKey({ name: scope, scopes: [scope] }).secret)

  it('is asked for a key everywhere', async () => {
    const nobody = station.api.withKey(null)
    expectRefusal(await nobody.get(POLICIES), 401, /API key/)
    expectRefusal(await nobody.post('/api/privacy/detect', { text: 'x' }), 401, /API key/)
  })

  it('reads with read, changes with write, and reveals with admin alone', async () => {
    expect((await withScope('read').get(`${POLICIES}/${id}`)).status).toBe(200)
    expect((await withScope('read').get('/api/privacy/pii-types')).status).toBe(200)
    expect((await withScope('read').post('/api/privacy/detect', { text: 'x' })).status).toBe(200)
    expectRefusal(await withScope('write').get(`${POLICIES}/${id}`), 403, /needs "read"/)
    expectRefusal(await withScope('read').delete(`${POLICIES}/${id}`), 403, /needs "write"/)
    expectRefusal(await withScope('read').post('/api/privacy/transform', {}), 403, /needs "write"/)
    expectRefusal(await withScope('write').post('/api/privacy/decrypt', { values: [] }), 403, /needs "admin"/)
    expect((await withScope('admin').post('/api/privacy/decrypt', { values: [] })).status).toBe(200)
  })
})

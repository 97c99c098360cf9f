import { describe, expect, it } from 'vitest'
import { ERROR_RULE, patch } from '../support/alerting'
import { expectRefusal } from '../support/api-client'
import type { Page } from '../support/api-client'
import { openHttpReceiver } from '../support/receivers'
import { SAMPLE, useWorkstation } from '../support/workstation'

const RULES = `/api/mlops/projects/${SAMPLE.fraud.project}/alert-rules`
const SETTINGS = '/api/mlops/settings/notifications'

type Channel = { id: string; type: string; config: Record<string, unknown> }
type Rule = { id: string; alert_rule_id: string; channels: Channel[] } & Record<string, unknown>

describe('alert rules', () => {
  const opened = useWorkstation({ flags: ['--sample'] })
  const create = async (rule: object): Promise<Rule> => {
    const answer = await opened.api.post<Rule>(RULES, rule)
    expect(answer).toMatchObject({ status: 201 })
    return answer.body
  }
  const read = async (id: string): Promise<Rule> => {
    const answer = await opened.api.get<{ alert_rule: Rule }>(`/api/mlops/alert-rules/${id}`)
    expect(answer.status).toBe(200)
    return answer.body.alert_rule
  }

  it('are created with the defaults of the reference, listed, changed and deleted', async () => {
    const made = await create({ name: 'drift', metric: 'drift_psi', condition: 'gt', threshold: 0.2 })
    expect(made).toMatchObject({
      alert_rule_id: made.id,
      deployment_id: null,
      severity: 'warning',
      enabled: true,
      cooldown_minutes: 60,
      escalation_minutes: null,
      escalation_severity: null,
      window_minutes: 15,
      minimum_requests: 10,
      channels: [],
    })
    const changed = await patch(opened.api, `/api/mlops/alert-rules/${made.id}`, {
      threshold: 0.3,
      name: ' d ',
    })
    expect(changed).toMatchObject({ status: 200, body: { alert_rule: { threshold: 0.3, name: 'd' } } })
    const list = await opened.api.get<Page<Rule>>(`${RULES}?limit=1`)
    expect(list.body).toMatchObject({ items: [{ id: made.id }], limit: 1, offset: 0 })
    expect((await opened.api.delete(`/api/mlops/alert-rules/${made.id}`)).body).toEqual({ ok: true })
    expectRefusal(await opened.api.get(`/api/mlops/alert-rules/${made.id}`), 404, /no alert rule/)
  })

  it.each([
    ['metric', { metric: 'vibes' }],
    ['condition', { condition: 'above' }],
    ['threshold', { threshold: '5' }],
    ['severity', { severity: 'fatal' }],
    ['name', { name: '  ' }],
    ['cooldown_minutes', { cooldown_minutes: 0 }],
    ['cooldown_minutes', { cooldown_minutes: 1441 }],
    ['escalation_minutes', { escalation_minutes: 1.5 }],
    ['escalation_severity', { escalation_minutes: 5, escalation_severity: 'info' }],
    ['escalation_severity', { escalation_minutes: 5, escalation_severity: 'warning' }],
    ['escalation_minutes', { escalation_severity: 'critical' }],
    ['escalation_minutes', { severity: 'critical', escalation_minutes: 5 }],
    ['feature', { feature: 'amount' }],
    ['channels\\[0\\].type', { channels: [{ type: 'fax' }] }],
    ['channels\\[0\\].config.to', { channels: [{ type: 'email', config: {} }] }],
    ['channels\\[0\\].config.to\\[1\\]', { channels: [{ type: 'email', config: { to: ['a@b.co', 'x'] } }] }],
    ['channels\\[0\\].config.url', { channels: [{ type: 'webhook', config: {} }] }],
    [
      'channels\\[0\\].config.url',
      { channels: [{ type: 'webhook', config: { url: 'file:///etc/passwd' } }] },
    ],
    [
      'channels\\[0\\].config.url',
      { channels: [{ type: 'webhook', config: { url: 'http://u:p@example.com' } }] },
    ],
    [
      'channels\\[0\\].config.secret',
      { channels: [{ type: 'webhook', config: { url: 'https://x.co', secret: 'short' } }] },
    ],
  ])('name what is wrong: %s', async (field, change) => {
    expectRefusal(await opened.api.post(RULES, { ...ERROR_RULE, ...change }), 422, new RegExp(`^${field}: `))
  })

  it('escalate to the next severity when none is named, and no more without minutes', async () => {
    const made = await create({ ...ERROR_RULE, severity: 'info', escalation_minutes: 5 })
    expect(made).toMatchObject({ escalation_severity: 'warning' })
    const path = `/api/mlops/alert-rules/${made.id}`
    const changed = await patch(opened.api, path, { escalation_minutes: null, severity: 'critical' })
    expect(changed).toMatchObject({ status: 200, body: { alert_rule: { escalation_severity: null } } })
  })

  it('belong to a project and its deployments', async () => {
    const { api } = opened
    expectRefusal(await api.post('/api/mlops/projects/nowhere/alert-rules', ERROR_RULE), 404, /nowhere/)
    expectRefusal(await api.post(RULES, { ...ERROR_RULE, deployment_id: 'nowhere' }), 404, /nowhere/)
    const foreign = { ...ERROR_RULE, deployment_id: SAMPLE.iris.deployment }
    expectRefusal(await api.post(RULES, foreign), 400, /another project/)
    expectRefusal(await api.get('/api/mlops/projects/nowhere/alerts'), 404, /nowhere/)
    expectRefusal(await api.get('/api/mlops/alerts/nowhere'), 404, /no alert/)
    expectRefusal(
      await api.get(`/api/mlops/projects/${SAMPLE.fraud.project}/alerts?status=new`),
      422,
      /status/,
    )
  })

  it('are read with read, changed with write, and their settings with admin', async () => {
    const key = async (...scopes: string[]) => {
      const { keys } = opened.workstation.core
      const input = { name: scopes.join(), scopes: scopes as ('read' | 'write' | 'admin')[] }
      return opened.api.withKey(keys.createKey(input).secret)
    }
    const reader = await key('read')
    const writer = await key('read', 'write')
    expect((await reader.get(RULES)).status).toBe(200)
    expectRefusal(await reader.post(RULES, ERROR_RULE), 403, /write/)
    expect((await writer.post(RULES, ERROR_RULE)).status).toBe(201)
    expectRefusal(await writer.get(SETTINGS), 403, /admin/)
    expectRefusal(await patch(writer, SETTINGS, { allowed_hosts: ['127.0.0.1'] }), 403, /admin/)
    expectRefusal(await opened.api.withKey(null).get(RULES), 401, /API key/)
  })

  it('show a made secret once and keep hidden ones when they come back as they were shown', async () => {
    const receiver = await openHttpReceiver()
    await patch(opened.api, SETTINGS, { allowed_hosts: [receiver.host] })
    const made = await create({
      ...ERROR_RULE,
      channels: [
        { type: 'webhook', config: { url: `${receiver.url}/in?key=12345` } },
        { type: 'slack', config: { webhook_url: `${receiver.url}/services/T/B/x` } },
      ],
    })
    expect(made.channels[0]!.config['secret']).toMatch(/^whsec_.{32}$/)
    const shown = await read(made.id)
    expect(shown.channels.map(({ config }) => config)).toEqual([
      { url: `${receiver.url}/in?••••`, secret: '••••••••' },
      { webhook_url: `${receiver.url}/services/••••/••••/••••` },
    ])
    await patch(opened.api, `/api/mlops/alert-rules/${made.id}`, { channels: shown.channels.toReversed() })
    const test = await opened.api.post(`/api/mlops/alert-rules/${made.id}/test`)
    expect(test.body).toMatchObject({ ok: true })
    expect(receiver.received.map(({ path }) => path).toSorted()).toEqual(['/in?key=12345', '/services/T/B/x'])
    const signed = receiver.received.find(({ path }) => path.startsWith('/in'))
    expect(signed!.headers['x-plumbline-signature']).toMatch(/^sha256=[0-9a-f]{64}$/)
    const edited = [{ ...shown.channels[1]!, config: { webhook_url: 'https://x.co/services/••••/a' } }]
    expectRefusal(
      await patch(opened.api, `/api/mlops/alert-rules/${made.id}`, { channels: edited }),
      422,
      /in full/,
    )
    const strange = [
      { type: 'email', config: { to: 'a@b.co' } },
      { type: 'webhook', id: 'x', config: { url: '•••' } },
    ]
    const refused = await patch(opened.api, `/api/mlops/alert-rules/${made.id}`, { channels: strange })
    expectRefusal(refused, 422, /channels\[1\]\.config\.url/)
  })

  it('may not send a stored mail password to another server', async () => {
    const smtp = {
      host: 'smtp.example.com',
      port: 587,
      user: 'plumb',
      password: 'secret',
      from: 'a@example.com',
    }
    expect((await patch(opened.api, SETTINGS, { smtp })).status).toBe(200)
    const { password: _password, ...kept } = smtp
    expect((await patch(opened.api, SETTINGS, { smtp: { ...kept, from: 'b@example.com' } })).status).toBe(200)
    const masked = { ...smtp, password: '••••••••' }
    expect((await patch(opened.api, SETTINGS, { smtp: masked })).status).toBe(200)
    for (const change of [{ host: 'evil.example.com' }, { port: 25 }, { secure: true }, { user: 'other' }]) {
      expectRefusal(await patch(opened.api, SETTINGS, { smtp: { ...masked, ...change } }), 422, /^password: /)
    }
    expectRefusal(await patch(opened.api, SETTINGS, { smtp: { ...smtp, port: 0 } }), 422, /^smtp\.port: /)
    expectRefusal(
      await patch(opened.api, SETTINGS, { allowed_hosts: ['*.internal'] }),
      422,
      /allowed_hosts\[0\]/,
    )
    const removed = await patch(opened.api, SETTINGS, { smtp: null })
    expect(removed).toMatchObject({ status: 200, body: { smtp: null } })
  })
})

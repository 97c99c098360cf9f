import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { ERROR_RULE, openAlerting, patch } from '../support/alerting'
import { openHttpReceiver } from '../support/receivers'
import { RESOURCES, SAMPLE } from '../support/workstation'

const first = <Item>(items: readonly Item[]): Item => {
  expect(items.length).toBeGreaterThan(0)
  return items[0]!
}

describe('an alert', () => {
  it('opens once, is told again after the cool-down, and resolves when the errors are over', async () => {
    const receiver = await openHttpReceiver()
    const { api, ...at } = await openAlerting({ allowedHosts: [receiver.host] })
    await at.createRule({
      ...ERROR_RULE,
      channels: [{ type: 'webhook', config: { url: receiver.url, secret: 'a shared secret' } }],
    })
    await at.predict({ good: 6, bad: 3 })
    await at.pass(0)
    expect(await at.alerts()).toEqual([])

    await at.predict({ bad: 3 })
    await at.pass(0)
    const opened = first(await at.alerts())
    expect(opened).toMatchObject({ status: 'open', severity: 'warning', value: 50 })
    await at.pass(1)
    await at.pass(58)
    expect(await at.alerts()).toHaveLength(1)
    expect(receiver.received.map(({ json }) => json['event'])).toEqual(['alert.opened'])

    await at.pass(1)
    await at.pass(1)
    expect(receiver.received.map(({ json }) => json['event'])).toEqual(['alert.opened', 'alert.reminder'])

    await at.predict({ good: 400 })
    await at.pass(0)
    await at.pass(1)
    expect(first(await at.alerts()).status).toBe('open')
    await at.pass(1)
    expect(first(await at.alerts())).toMatchObject({ status: 'resolved', resolved_by: null })
    expect(receiver.received.map(({ json }) => json['event'])).toEqual([
      'alert.opened',
      'alert.reminder',
      'alert.resolved',
    ])
    const { history } = await at.detail(opened.id)
    expect(history.map(({ type }) => type)).toEqual([
      'opened',
      'notified',
      'notified',
      'resolved',
      'notified',
    ])
    expect((await api.get(`/api/mlops/alerts/${opened.id}`)).status).toBe(200)
  })

  it('is noticed soon after the predictions, without being asked', async () => {
    const at = await openAlerting()
    await at.createRule(ERROR_RULE)
    await at.predict({ bad: 12 })
    await expect.poll(() => at.alerts(), { timeout: 8_000 }).toHaveLength(1)
  })

  it('is no more reminded of nor escalated once somebody takes care', async () => {
    const receiver = await openHttpReceiver()
    const { api, ...at } = await openAlerting({ allowedHosts: [receiver.host] })
    await at.createRule({
      ...ERROR_RULE,
      escalation_minutes: 90,
      escalation_severity: 'critical',
      channels: [{ type: 'webhook', config: { url: receiver.url } }],
    })
    await at.predict({ bad: 12 })
    await at.pass(0)
    const { id } = first(await at.alerts())
    const answer = await api.post(`/api/mlops/alerts/${id}/acknowledge`, { note: 'on it' })
    expect(answer).toMatchObject({ status: 200, body: { ok: true, alert: { status: 'acknowledged' } } })
    await at.pass(100)
    await at.pass(100)
    expect(receiver.received).toHaveLength(1)
    expect(first(await at.alerts())).toMatchObject({ status: 'acknowledged', severity: 'warning' })
    const acknowledged = (await at.detail(id)).history.find(({ type }) => type === 'acknowledged')
    expect(acknowledged).toMatchObject({ note: 'on it' })
  })

  it('rises to the severity of its rule when nobody acknowledges it, and says so at once', async () => {
    const receiver = await openHttpReceiver()
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    await at.createRule({
      ...ERROR_RULE,
      cooldown_minutes: 1440,
      escalation_minutes: 30,
      escalation_severity: 'critical',
      channels: [{ type: 'slack', config: { webhook_url: `${receiver.url}/services/T0/B0/xyz` } }],
    })
    await at.predict({ bad: 12 })
    await at.pass(0)
    await at.pass(29)
    expect(first(await at.alerts()).severity).toBe('warning')
    await at.pass(1)
    await at.pass(1)
    expect(first(await at.alerts('?severity=critical'))).toMatchObject({
      status: 'open',
      severity: 'critical',
    })
    expect(receiver.received).toHaveLength(2)
    expect(receiver.received[1]!.json['text']).toMatch(/^\[critical\] Escalated: fraud errors/)
  })

  it('stays silent while it is muted, and speaks when that is over', async () => {
    const receiver = await openHttpReceiver()
    const { api, ...at } = await openAlerting({ allowedHosts: [receiver.host] })
    await at.createRule({
      ...ERROR_RULE,
      cooldown_minutes: 10,
      channels: [{ type: 'webhook', config: { url: receiver.url } }],
    })
    await at.predict({ bad: 12 })
    await at.pass(0)
    const { id } = first(await at.alerts())
    expect((await api.post(`/api/mlops/alerts/${id}/mute`, { minutes: 60 })).status).toBe(200)
    await at.pass(30)
    await at.pass(29)
    expect(receiver.received).toHaveLength(1)
    await at.pass(1)
    expect(receiver.received).toHaveLength(2)
    const until = new Date(at.now() + 20 * 60_000).toISOString()
    expect((await api.post(`/api/mlops/alerts/${id}/mute`, { until })).status).toBe(200)
    await at.pass(15)
    expect(receiver.received).toHaveLength(2)
    await api.post(`/api/mlops/alerts/${id}/mute`, { until: null })
    await at.pass(0)
    expect(receiver.received).toHaveLength(3)
    expect((await at.detail(id)).history.filter(({ type }) => /muted/.test(type))).toHaveLength(3)
  })

  it('of a muted rule opens without a word', async () => {
    const receiver = await openHttpReceiver()
    const { api, ...at } = await openAlerting({ allowedHosts: [receiver.host] })
    const muted_until = new Date(at.now() + 3600_000).toISOString()
    const id = await at.createRule({
      ...ERROR_RULE,
      muted_until,
      channels: [{ type: 'webhook', config: { url: receiver.url } }],
    })
    await at.predict({ bad: 12 })
    await at.pass(0)
    expect(await at.alerts('?status=open')).toHaveLength(1)
    expect(receiver.received).toHaveLength(0)
    await patch(api, `/api/mlops/alert-rules/${id}`, { muted_until: null })
    await at.pass(0)
    expect(receiver.received.map(({ json }) => json['event'])).toEqual(['alert.opened'])
  })

  it('that a person resolved does not come back before the cool-down while nothing changes', async () => {
    const { api, ...at } = await openAlerting()
    await at.createRule(ERROR_RULE)
    await at.predict({ bad: 12 })
    await at.pass(0)
    const { id } = first(await at.alerts())
    const answer = await api.post(`/api/mlops/alerts/${id}/resolve`)
    expect(answer).toMatchObject({ status: 200, body: { alert: { status: 'resolved' } } })
    expect((await api.post(`/api/mlops/alerts/${id}/acknowledge`)).status).toBe(409)
    await at.pass(59)
    expect(await at.alerts('?status=unresolved')).toEqual([])
    await at.pass(1)
    expect(await at.alerts('?status=unresolved')).toHaveLength(1)
  })

  it('ends with its deployment, its rule, and a change of what the rule watches', async () => {
    const { api, ...at } = await openAlerting()
    const rule = await at.createRule(ERROR_RULE)
    const doomed = await at.createRule({ ...ERROR_RULE, name: 'doomed' })
    const third = await at.createRule({ ...ERROR_RULE, name: 'third' })
    await at.predict({ bad: 12 })
    await at.pass(0)
    const ids = await at.alerts('?status=open')
    expect(ids).toHaveLength(3)
    await patch(api, `/api/mlops/alert-rules/${rule}`, { threshold: 5 })
    await api.delete(`/api/mlops/alert-rules/${doomed}`)
    expect(await at.alerts(`?status=open`)).toMatchObject([{ rule_id: third }])
    await api.post(`/api/mlops/deployments/${SAMPLE.fraud.deployment}/deactivate`)
    await at.pass(0)
    expect(await at.alerts('?status=unresolved')).toEqual([])
    const notes = await Promise.all(ids.map(async ({ id }) => (await at.detail(id)).history.at(-1)!.note))
    expect(notes.toSorted()).toEqual([
      'the deployment no longer serves',
      'the rule was changed',
      'the rule was deleted',
    ])
  })
})

describe('a rule', () => {
  it('on the age of a model opens on the day after its threshold', async () => {
    const at = await openAlerting()
    await at.createRule({ name: 'old', metric: 'model_staleness', condition: 'gt', threshold: 30 })
    await at.pass(30 * 24 * 60 + 60)
    expect(await at.alerts()).toEqual([])
    await at.pass(24 * 60)
    expect(first(await at.alerts())).toMatchObject({ value: 31, status: 'open' })
  })

  it('on drift names the worst feature; one on answers compares them with the training data', async () => {
    const { api, ...at } = await openAlerting()
    await at.createRule({ name: 'drift', metric: 'drift_psi', condition: 'gte', threshold: 0.25 })
    await at.createRule({
      name: 'amounts',
      metric: 'drift_psi',
      feature: 'amount',
      condition: 'gte',
      threshold: 0.25,
    })
    await at.createRule({ name: 'answers', metric: 'prediction_anomaly', condition: 'gte', threshold: 0.1 })
    const file = await readFile(join(RESOURCES, 'samples/fraud/live/drifted.csv'), 'utf8')
    const rows = parse<Record<string, number>>(file, {
      columns: true,
      cast: (text, { header }) => (header ? text : Number(text)),
    })
    const path = `/api/mlops/deployments/${SAMPLE.fraud.deployment}`
    await api.post(`${path}/predict`, { inputs: rows.slice(0, 5) })
    await at.pass(0)
    expect(await at.alerts()).toEqual([])
    await api.post(`${path}/predict`, { inputs: rows })
    await at.pass(0)
    const drift = await api.get<{ features: Record<string, { psi: number }>; prediction: { psi: number } }>(
      `${path}/drift`,
    )
    const [worst, { psi }] = Object.entries(drift.body.features).toSorted(([, a], [, b]) => b.psi - a.psi)[0]!
    const alerts = await at.alerts()
    const about = (name: string) => alerts.find((alert) => 'rule_name' in alert && alert.rule_name === name)
    expect(about('drift')).toMatchObject({ value: psi, detail: worst })
    expect(about('amounts')).toMatchObject({ detail: 'amount' })
    const isFarOff = drift.body.prediction.psi >= 0.1
    expect(about('answers')?.value).toBe(isFarOff ? drift.body.prediction.psi : undefined)
  })

  it('on accuracy never fires without ground truth, and compares with the baseline when there is some', async () => {
    let truth: { current: number; baseline: number } | null = null
    const at = await openAlerting({ world: { metrics: { accuracy: () => truth } } })
    await at.createRule({ name: 'worse', metric: 'accuracy_degradation', condition: 'gt', threshold: 0.05 })
    await at.createRule({ name: 'below', metric: 'accuracy_degradation', condition: 'lt', threshold: 1 })
    await at.pass(0)
    expect(await at.alerts()).toEqual([])
    truth = { baseline: 0.95, current: 0.85 }
    await at.pass(0)
    expect(await at.alerts()).toHaveLength(2)
    expect(first(await at.alerts()).value).toBeCloseTo(0.1, 9)
  })

  it('on latency wants enough answered predictions', async () => {
    const at = await openAlerting()
    await at.createRule({
      name: 'slow',
      metric: 'latency_p99',
      condition: 'gt',
      threshold: 0.001,
      minimum_requests: 20,
    })
    await at.predict({ good: 19, bad: 5 })
    await at.pass(0)
    expect(await at.alerts()).toEqual([])
    await at.predict({ good: 1 })
    await at.pass(0)
    expect(first(await at.alerts()).value).toBeGreaterThan(0.001)
  })

  it('of a whole project watches each serving deployment by itself; one of a deployment watches that alone', async () => {
    const at = await openAlerting()
    await at.createRule({ ...ERROR_RULE, deployment_id: SAMPLE.fraud.deployment })
    await at.createRule(ERROR_RULE, SAMPLE.iris.project)
    await at.predict({ bad: 12 })
    await at.pass(0)
    expect(await at.alerts()).toMatchObject([{ deployment_id: SAMPLE.fraud.deployment }])
    expect(await at.alerts('', SAMPLE.iris.project)).toEqual([])
  })
})

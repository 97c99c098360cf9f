import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ERROR_RULE, expectedSignature, openAlerting, patch } from '../support/alerting'
import type { Alerting, WireDelivery } from '../support/alerting'
import { openHttpReceiver, openMailReceiver } from '../support/receivers'
import { makeFolder, removeFolder } from '../support/workstation'

const SECRET = 'a secret of the two of us'

async function openWith(
  at: Alerting,
  channels: readonly unknown[],
): Promise<{ rule: string; deliveries: () => Promise<readonly WireDelivery[]> }> {
  const rule = await at.createRule({ ...ERROR_RULE, channels })
  await at.predict({ bad: 12 })
  await at.pass(0)
  return {
    rule,
    async deliveries() {
      const [alert] = await at.alerts(`?rule_id=${rule}`)
      return (await at.detail(alert!.id)).deliveries
    },
  }
}

describe('a message', () => {
  it('is tried again after a receiver that fails twice, with the same key and a new signature', async () => {
    const receiver = await openHttpReceiver((_, index) => ({ status: index < 2 ? 503 : 204 }))
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    const { deliveries } = await openWith(at, [
      { type: 'webhook', config: { url: `${receiver.url}/hook`, secret: SECRET } },
    ])
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attempts: [{ status_code: 503 }] })
    await at.pass(0.4)
    expect(receiver.received).toHaveLength(1)
    await at.pass(0.1)
    expect(receiver.received).toHaveLength(2)
    await at.pass(0.9)
    expect(receiver.received).toHaveLength(2)
    await at.pass(0.1)
    const [delivery] = await deliveries()
    expect(delivery).toMatchObject({
      status: 'sent',
      attempts: [
        { number: 1, status_code: 503, error: 'answered 503' },
        { number: 2, status_code: 503 },
        { number: 3, status_code: 204, error: null },
      ],
    })
    expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set([delivery!.id]),
    )
    for (const { headers, body } of receiver.received) {
      const timestamp = String(headers['x-plumbline-timestamp'])
      expect(headers['x-plumbline-signature']).toBe(expectedSignature(SECRET, timestamp, body))
    }
    expect(receiver.received[0]!.json).toMatchObject({
      event: 'alert.opened',
      alert: { metric: 'error_rate', value: 100, severity: 'warning', status: 'open' },
    })
  })

  it('waits in the data folder while the workstation is closed', async () => {
    let isUp = false
    const receiver = await openHttpReceiver(() => ({ status: isUp ? 200 : 500 }))
    const dataDirectory = await makeFolder()
    onTestFinished(() => removeFolder(dataDirectory))
    const before = await openAlerting({ dataDirectory, allowedHosts: [receiver.host] })
    await openWith(before, [{ type: 'webhook', config: { url: receiver.url, secret: SECRET } }])
    const key = receiver.received[0]!.headers['idempotency-key']
    await before.close()

    isUp = true
    const after = await openAlerting({ dataDirectory, startAt: before.now() + 60_000 })
    await after.pass(0)
    expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual([key, key])
    const [alert] = await after.alerts()
    expect((await after.detail(alert!.id)).deliveries).toMatchObject([
      { status: 'sent', attempts: [{ status_code: 500 }, { status_code: 200 }] },
    ])
  })

  it('is given up visibly after eight attempts over about an hour', async () => {
    const receiver = await openHttpReceiver(() => ({ status: 500 }))
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    const { rule, deliveries } = await openWith(at, [{ type: 'webhook', config: { url: receiver.url } }])
    await at.api.post(`/api/mlops/alerts/${(await at.alerts(`?rule_id=${rule}`))[0]!.id}/acknowledge`)
    const begun = at.now()
    let finished = begun
    for (let minute = 0; minute < 120; minute++) {
      await at.pass(1)
      if (receiver.received.length === 8 && finished === begun) finished = at.now()
    }
    expect(receiver.received).toHaveLength(8)
    expect((finished - begun) / 60_000).toBeGreaterThan(50)
    expect((await deliveries())[0]).toMatchObject({ status: 'failed', next_attempt_at: null })
  })

  it('waits as long as a busy receiver asks', async () => {
    const receiver = await openHttpReceiver((_, index) =>
      index === 0 ? { status: 429, headers: { 'Retry-After': '600' } } : { status: 200 },
    )
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    await openWith(at, [{ type: 'webhook', config: { url: receiver.url } }])
    await at.pass(9)
    expect(receiver.received).toHaveLength(1)
    await at.pass(1)
    expect(receiver.received).toHaveLength(2)
  })

  it('is not sent again when the receiver refuses it for good', async () => {
    const receiver = await openHttpReceiver(() => ({ status: 410 }))
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    const { deliveries } = await openWith(at, [{ type: 'webhook', config: { url: receiver.url } }])
    await at.pass(60 * 5)
    expect((await deliveries())[0]).toMatchObject({ status: 'failed', attempts: [{ status_code: 410 }] })
  })

  it('follows no redirect', async () => {
    const inner = await openHttpReceiver()
    const outer = await openHttpReceiver(() => ({ status: 307, headers: { Location: inner.url } }))
    const at = await openAlerting({ allowedHosts: [outer.host, inner.host] })
    const { deliveries } = await openWith(at, [{ type: 'webhook', config: { url: outer.url } }])
    expect((await deliveries())[0]).toMatchObject({
      status: 'failed',
      attempts: [{ status_code: 307, error: 'answered 307: redirects are not followed' }],
    })
    expect(inner.received).toEqual([])
  })

  it('never goes to this computer unless the settings allow it', async () => {
    const receiver = await openHttpReceiver()
    const at = await openAlerting()
    const { rule, deliveries } = await openWith(at, [{ type: 'webhook', config: { url: receiver.url } }])
    const [delivery] = await deliveries()
    expect(delivery).toMatchObject({ status: 'failed' })
    expect(delivery!.attempts[0]!.error).toMatch(/127\.0\.0\.1 is not on the public internet; allow/)
    expect(receiver.received).toEqual([])
    await patch(at.api, '/api/mlops/settings/notifications', { allowed_hosts: [receiver.host] })
    const test = await at.api.post(`/api/mlops/alert-rules/${rule}/test`)
    expect(test.body).toMatchObject({ ok: true, results: [{ status: 'sent', status_code: 200 }] })
  })

  it('goes by mail through the server of the settings', async () => {
    const server = await openMailReceiver({ user: 'plumb', password: 'line and sinker' })
    const at = await openAlerting()
    const smtp = {
      host: '127.0.0.1',
      port: server.port,
      user: 'plumb',
      password: 'line and sinker',
      from: 'Plumbline <alerts@example.com>',
    }
    const saved = await patch(at.api, '/api/mlops/settings/notifications', { smtp })
    expect(saved).toMatchObject({ status: 200, body: { smtp: { user: 'plumb', password: '••••••••' } } })
    const { deliveries } = await openWith(at, [
      { type: 'email', config: { to: ['a@example.com', 'b@example.com'] } },
    ])
    expect(await deliveries()).toMatchObject([{ status: 'sent', attempts: [{ status_code: 250 }] }])
    expect(server.mails).toMatchObject([
      { from: 'alerts@example.com', to: ['a@example.com', 'b@example.com'], user: 'plumb' },
    ])
    const { text } = server.mails[0]!
    expect(text).toMatch(/Message-ID: <[0-9a-f-]{36}@plumbline\.local>/i)
    expect(text).toMatch(/Error rate is 100 %/)
  })

  it('by mail is tried again when the server is busy, and not when it refuses the mail', async () => {
    const server = await openMailReceiver({
      refuse: (index) =>
        [{ code: 451, message: 'come back later' }, undefined, { code: 554, message: 'not here' }][index],
    })
    const at = await openAlerting()
    await patch(at.api, '/api/mlops/settings/notifications', {
      smtp: { host: '127.0.0.1', port: server.port, from: 'alerts@example.com' },
    })
    const channels = [{ type: 'email', config: { to: 'a@example.com' } }]
    const first = await openWith(at, channels)
    expect(await first.deliveries()).toMatchObject([{ status: 'pending', attempts: [{ status_code: 451 }] }])
    await at.pass(1)
    expect(await first.deliveries()).toMatchObject([{ status: 'sent', attempts: [{}, { status_code: 250 }] }])
    const second = await openWith(at, channels)
    expect(await second.deliveries()).toMatchObject([{ status: 'failed', attempts: [{ status_code: 554 }] }])
  })

  it('to Slack is an incoming webhook with blocks, and without a desktop there is none', async () => {
    const receiver = await openHttpReceiver()
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    const { deliveries } = await openWith(at, [
      { type: 'slack', config: { webhook_url: `${receiver.url}/services/T0/B0/token` } },
      { type: 'desktop' },
      { type: 'email', config: { to: 'a@example.com' } },
    ])
    expect(await deliveries()).toMatchObject([
      { channel: 'slack', status: 'sent', target: `${receiver.url}/services/••••/••••/••••` },
      {
        channel: 'desktop',
        status: 'skipped',
        attempts: [{ error: expect.stringMatching(/no desktop/) as string }],
      },
      {
        channel: 'email',
        status: 'skipped',
        attempts: [{ error: expect.stringMatching(/no mail server/) as string }],
      },
    ])
    const { json, headers } = receiver.received[0]!
    expect(json['text']).toMatch(/^\[warning\] Alert: fraud errors – /)
    expect(json['blocks']).toMatchObject([{ type: 'header' }, { type: 'section' }, { type: 'section' }])
    expect(headers['x-plumbline-signature']).toBeUndefined()
  })

  it('reaches the desktop that the shell connected', async () => {
    const shown: { title: string; body: string }[] = []
    const at = await openAlerting()
    at.workstation.core.alerts.connectDesktop({ show: (message) => shown.push(message) })
    const { deliveries } = await openWith(at, [{ type: 'desktop', config: {} }])
    expect(await deliveries()).toMatchObject([{ status: 'sent' }])
    expect(shown).toMatchObject([{ body: 'Error rate is 100 % (of 12 predictions), alert when > 10 %' }])
  })
})

describe('the test of a rule', () => {
  it('tells per channel what happened, at once and without a second try', async () => {
    const good = await openHttpReceiver()
    const bad = await openHttpReceiver(() => ({ status: 503 }))
    const at = await openAlerting({ allowedHosts: [good.host, bad.host] })
    const rule = await at.createRule({
      ...ERROR_RULE,
      channels: [
        { type: 'webhook', config: { url: good.url } },
        { type: 'webhook', config: { url: bad.url } },
        { type: 'webhook', config: { url: 'http://192.168.1.1/' } },
        { type: 'desktop' },
      ],
    })
    const answer = await at.api.post(`/api/mlops/alert-rules/${rule}/test`)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: false,
        results: [
          { channel: 'webhook', status: 'sent', status_code: 200, error: null },
          { channel: 'webhook', status: 'failed', status_code: 503 },
          { channel: 'webhook', status: 'failed', status_code: null },
          { channel: 'desktop', status: 'skipped' },
        ],
      },
    })
    expect(good.received[0]!.json['event']).toBe('alert.test')
    await at.pass(120)
    expect(bad.received).toHaveLength(1)
    expect(await at.alerts()).toEqual([])
  })
})

describe('secrets', () => {
  it('are in no answer and in no file, but for the key', async () => {
    const server = await openMailReceiver({ user: 'plumb', password: 'pass-9f4c-in-clear' })
    const receiver = await openHttpReceiver(() => ({ status: 500 }))
    const at = await openAlerting({ allowedHosts: [receiver.host] })
    await patch(at.api, '/api/mlops/settings/notifications', {
      smtp: {
        host: '127.0.0.1',
        port: server.port,
        user: 'plumb',
        password: 'pass-9f4c-in-clear',
        from: 'a@example.com',
      },
    })
    const { rule } = await openWith(at, [
      {
        type: 'webhook',
        config: { url: `${receiver.url}/h?key=query-5a1d-secret`, secret: 'sign-77aa-secret' },
      },
      { type: 'slack', config: { webhook_url: `${receiver.url}/services/T1/B1/slack-0b3e-secret` } },
      { type: 'email', config: { to: 'a@example.com' } },
    ])
    expect(receiver.received).toHaveLength(2)
    expect(server.mails).toHaveLength(1)
    const [alert] = await at.alerts(`?rule_id=${rule}`)
    const answers = await Promise.all(
      [
        `/api/mlops/alert-rules/${rule}`,
        `/api/mlops/alerts/${alert!.id}`,
        '/api/mlops/settings/notifications',
      ].map((path) => at.api.get(path)),
    )
    const secrets = ['pass-9f4c', 'query-5a1d', 'sign-77aa', 'slack-0b3e']
    for (const secret of secrets)
      expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain(secret)
    for (const name of await readdir(at.dataDirectory)) {
      if (!/\.db/.test(name)) continue
      const content = await readFile(join(at.dataDirectory, name), 'latin1')
      for (const secret of secrets) expect(content.includes(secret), `${secret} in ${name}`).toBe(false)
    }
  })
})

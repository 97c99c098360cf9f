import { describe, expect, it } from 'vitest'
import type { Scope } from '../../main/core/access/access'
import type { Answer, ApiClient } from '../support/api-client'
import { expectRefusal, sendRaw } from '../support/api-client'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const { project, model, deployment } = SAMPLE.fraud
const D = `${DEPLOYMENTS}/${deployment}`
const UNKNOWN = '99999999-9999-9999-9999-999999999999'

/** A route with a body that would be accepted, and the scope that it needs. */
type Call = { readonly method: string; readonly path: string; readonly scope: Scope; readonly body?: object }

const ROUTES: readonly Call[] = [
  {
    method: 'POST',
    path: deploymentsOf(project),
    scope: 'write',
    body: { model_id: model, name: 'x', stage: 'staging' },
  },
  { method: 'GET', path: deploymentsOf(project), scope: 'read' },
  { method: 'GET', path: D, scope: 'read' },
  {
    method: 'POST',
    path: `${D}/predict`,
    scope: 'predict',
    body: { inputs: { amount: 1, merchant_id: 2, hour: 3 } },
  },
  { method: 'POST', path: `${D}/promote`, scope: 'write', body: { to_stage: 'production' } },
  { method: 'POST', path: `${D}/rollback`, scope: 'write', body: { to_model_id: model } },
  { method: 'POST', path: `${D}/deactivate`, scope: 'write' },
  { method: 'GET', path: `${D}/drift`, scope: 'read' },
  { method: 'POST', path: `${D}/drift/run`, scope: 'write' },
  { method: 'GET', path: `${D}/inference-logs`, scope: 'read' },
  { method: 'GET', path: '/api/projects', scope: 'read' },
  { method: 'POST', path: '/api/projects', scope: 'write', body: { name: 'another' } },
  { method: 'GET', path: `/api/projects/${project}`, scope: 'read' },
  { method: 'GET', path: '/api/models', scope: 'read' },
  { method: 'POST', path: '/api/models', scope: 'write' },
  { method: 'GET', path: `/api/models/${model}`, scope: 'read' },
  { method: 'DELETE', path: `/api/models/${model}`, scope: 'write' },
  { method: 'GET', path: '/api/jobs', scope: 'read' },
  { method: 'GET', path: `/api/jobs/${UNKNOWN}`, scope: 'read' },
  { method: 'POST', path: `/api/jobs/${UNKNOWN}/cancel`, scope: 'write' },
]
const SCOPES = ['read', 'write', 'predict'] as const
const others = (scope: Scope): Scope[] => SCOPES.filter((each) => each !== scope)

function call(client: ApiClient, { method, path, body }: Call): Promise<Answer> {
  const json = { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
  return client.send(method, path, body === undefined ? {} : json)
}
const withScopes = (scopes: readonly Scope[]): ApiClient =>
  station.api.withKey(station.workstation.core.keys.createKey({ name: 'script', scopes: [...scopes] }).secret)

describe('401', () => {
  it.each(ROUTES)('answers $method $path without a key', async (route) => {
    const answer = await call(station.api.withKey(null), route)
    expectRefusal(answer, 401, /Authorization: Bearer <key>/)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('answers an unknown key, a revoked key, another scheme and an empty key', async () => {
    const { keys } = station.workstation.core
    const { key, secret } = keys.createKey({ name: 'gone', scopes: ['read'] })
    expect((await station.api.withKey(secret).get(D)).status).toBe(200)
    keys.revokeKey(key.id)
    expectRefusal(await station.api.withKey(secret).get(D), 401, /not known here, or was revoked/)
    expectRefusal(await station.api.withKey('plb_wrong').get(D), 401, /not known here/)
    for (const authorization of ['Basic YTpi', `Token ${SAMPLE.key}`, 'Bearer', 'Bearer ', SAMPLE.key]) {
      const headers = { Authorization: authorization }
      expectRefusal(await station.api.withKey(null).send('GET', D, { headers }), 401, /Bearer <key>/)
    }
  })

  it('comes before the body is looked at', async () => {
    const stranger = station.api.withKey(null)
    expectRefusal(await stranger.postText(`${D}/predict`, '{"inputs":'), 401, /Bearer/)
    expectRefusal(await stranger.post(`${DEPLOYMENTS}/${UNKNOWN}/predict`, {}), 401, /Bearer/)
  })

  it('takes the scheme in any case', async () => {
    const headers = { Authorization: `bEARER ${SAMPLE.key}` }
    expect((await station.api.withKey(null).send('GET', D, { headers })).status).toBe(200)
  })
})

describe('403', () => {
  it.each(ROUTES)('answers $method $path with a key that lacks only $scope', async (route) => {
    const answer = await call(withScopes(others(route.scope)), route)
    expectRefusal(answer, 403, new RegExp(`the call needs "${route.scope}"`))
  })

  it('lets a key do what its one scope allows', async () => {
    const inputs = { amount: 1, merchant_id: 2, hour: 3 }
    expect(await withScopes(['predict']).post(`${D}/predict`, { inputs })).toMatchObject({ status: 200 })
    expect(await withScopes(['read']).get(`${D}/drift`)).toMatchObject({ status: 200 })
    expect(await withScopes(['write']).post(`${D}/drift/run`)).toMatchObject({ status: 200 })
  })
})

describe('404', () => {
  it.each(ROUTES.filter(({ path }) => /\/(d0e1f2a3|d4e5f6a7|a7b8c9d0|99999999)-/.test(path)))(
    'answers $method $path for an id that nobody has',
    async (route) => {
      const path = route.path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, UNKNOWN)
      const answer = await call(station.api, { ...route, path })
      expectRefusal(answer, 404, new RegExp(`no \\w+ with id ${UNKNOWN}`))
    },
  )

  it('answers a model, a deployment or a model to roll back to that nobody has', async () => {
    const body = { model_id: UNKNOWN, name: 'x', stage: 'staging' }
    expectRefusal(await station.api.post(deploymentsOf(project), body), 404, /no model with id/)
    const to = (target: object) => station.api.post(`${D}/rollback`, target)
    expectRefusal(await to({ to_model_id: UNKNOWN }), 404, /no model with id/)
    expectRefusal(await to({ to_deployment_id: UNKNOWN }), 404, /no deployment with id/)
  })

  it.each([
    ['GET', '/api/mlops'],
    ['GET', '/api/mlops/nothing/here'],
    ['GET', '/API/mlops/deployments'],
    ['GET', `${D}/drift/`],
    ['PUT', D],
    ['DELETE', D],
    ['GET', `${D}/predict`],
    ['POST', '/api/jobs'],
    ['GET', '/api/models/a/b'],
    ['GET', '/nothing-here'],
  ])('answers %s %s in the form of the dialect', async (method, path) => {
    const answer = await station.api.send(method, path, {})
    // A slash at the end is forgiven where a path is read, and nothing else is.
    if (path.endsWith('/')) expect([200, 404]).toContain(answer.status)
    else expectRefusal(answer, 404, new RegExp(`nothing answers ${method} ${path}`))
  })

  it.each(['%E0%A4%A', '%', '%00', '..%2f..%2fetc', '%2e%2e'])(
    'answers an id that is written %s without a fault of the server',
    async (id) => {
      const headers = { Host: new URL(station.url).host, Authorization: `Bearer ${SAMPLE.key}` }
      const answer = await sendRaw(station.url, { path: `${DEPLOYMENTS}/${id}`, headers })
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
      expect(answer.status, answer.text).toBeLessThan(500)
      expect(JSON.parse(answer.text)).toEqual({ detail: expect.any(String) as string })
    },
  )
})

describe('400', () => {
  it('answers a model of another project', async () => {
    const body = { model_id: SAMPLE.iris.model, name: 'x', stage: 'staging' }
    expectRefusal(await station.api.post(deploymentsOf(project), body), 400, /another project/)
    const target = { to_model_id: SAMPLE.iris.model }
    expectRefusal(await station.api.post(`${D}/rollback`, target), 400, /another project/)
  })
})

describe('422', () => {
  const valid = { model_id: model, name: 'x', stage: 'staging' }
  it.each<[object, RegExp]>([
    [{ ...valid, model_id: undefined }, /model_id: expected the id of a model/],
    [{ ...valid, model_id: 5 }, /model_id/],
    [{ ...valid, name: '' }, /name: expected a name/],
    [{ ...valid, name: '   ' }, /name: expected a name/],
    [{ ...valid, name: 'x'.repeat(101) }, /name: at most 100/],
    [{ ...valid, stage: 'canary' }, /stage: expected "staging" or "production"/],
    [{ ...valid, stage: 'archived' }, /stage: expected/],
    [{ ...valid, stage: undefined }, /stage: expected/],
    [{ ...valid, traffic_percent: 0 }, /traffic_percent: expected a whole number from 1 to 100/],
    [{ ...valid, traffic_percent: 101 }, /traffic_percent: expected/],
    [{ ...valid, traffic_percent: 12.5 }, /traffic_percent: expected/],
    [{ ...valid, traffic_percent: '50' }, /traffic_percent: expected/],
    [{}, /model_id.*; name.*; stage/],
  ])('refuses to create a deployment from %j', async (body, why) => {
    expectRefusal(await station.api.post(deploymentsOf(project), body), 422, why)
  })

  it.each<[string, object, RegExp]>([
    ['promote', {}, /to_stage: expected "production"/],
    ['promote', { to_stage: 'staging' }, /to_stage: expected "production"/],
    ['promote', { to_stage: 'archived' }, /to_stage/],
    ['rollback', {}, /expected to_deployment_id or to_model_id/],
    ['rollback', { to_deployment_id: null, to_model_id: null }, /expected to_deployment_id or to_model_id/],
    ['rollback', { to_model_id: 7 }, /to_model_id/],
  ])('refuses to %s with %j', async (verb, body, why) => {
    expectRefusal(await station.api.post(`${D}/${verb}`, body), 422, why)
  })

  it.each<[string, RegExp]>([
    [`${deploymentsOf(project)}?limit=0`, /limit: expected 1 to 200/],
    [`${deploymentsOf(project)}?limit=201`, /limit: expected 1 to 200/],
    [`${deploymentsOf(project)}?limit=ten`, /limit: expected/],
    [`${deploymentsOf(project)}?limit=1.5`, /limit: expected/],
    [`${deploymentsOf(project)}?limit=`, /limit: expected/],
    [`${deploymentsOf(project)}?limit=1&limit=2`, /limit: expected/],
    [`${deploymentsOf(project)}?offset=-1`, /offset: expected 0 or more/],
    [`${deploymentsOf(project)}?offset=99999999999999999999`, /offset: expected/],
    [`${D}/inference-logs?limit=0`, /limit: expected 1 to 500/],
    [`${D}/inference-logs?limit=501`, /limit: expected 1 to 500/],
    [`${D}/inference-logs?since=yesterday`, /since: expected an ISO 8601 time/],
    [`${D}/inference-logs?since=limit+5`, /since: expected an ISO 8601 time/],
    [`${D}/inference-logs?until=2026-13-01T00:00:00Z`, /until: expected an ISO 8601 time/],
    [`${D}/inference-logs?until=`, /until: expected an ISO 8601 time/],
    ['/api/projects?limit=501', /limit: expected 1 to 500/],
    ['/api/models?limit=501', /limit: expected 1 to 500/],
    ['/api/jobs?status=done', /status/],
  ])('refuses %s', async (path, why) => {
    expectRefusal(await station.api.get(path), 422, why)
  })

  it('refuses a project without a name', async () => {
    expectRefusal(await station.api.post('/api/projects', {}), 422, /name: expected a name/)
    expectRefusal(await station.api.post('/api/projects', { name: '  ' }), 422, /name: expected a name/)
  })
})

describe('409', () => {
  it('refuses a second project of one name, whatever its case', async () => {
    expect(await station.api.post('/api/projects', { name: 'Churn' })).toMatchObject({ status: 201 })
    expectRefusal(await station.api.post('/api/projects', { name: 'churn' }), 409, /churn/i)
  })

  it('refuses to remove a model that is deployed', async () => {
    expectRefusal(await station.api.delete(`/api/models/${SAMPLE.iris.model}`), 409, /iris-staging/)
  })
})

describe('what clients send that is not asked for', () => {
  it('ignores unknown body fields and query parameters', async () => {
    const body = { model_id: model, name: 'x', stage: 'staging', privacy_threshold: 0.5, colour: 'red' }
    expect(await station.api.post(`${deploymentsOf(project)}?x=1`, body)).toMatchObject({ status: 201 })
    expect(await station.api.get(`${D}?verbose=1&limit=none`)).toMatchObject({ status: 200 })
  })
})

import { expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import { useWorkstation } from '../support/workstation'

const station = useWorkstation()

type CreatedKey = {
  readonly id: string
  readonly api_key: string
  readonly key: { readonly scopes: string[] }
}

it('makes a key that may do what its scopes say, and nothing once it is revoked', async () => {
  const { status, body } = await station.api.post<CreatedKey>('/api/auth/api-keys', {
    name: 'nightly report',
    scopes: ['read'],
  })
  expect(status).toBe(201)
  expect(body.key.scopes).toEqual(['read'])
  const reader = station.api.withKey(body.api_key)
  expect((await reader.get('/api/projects')).status).toBe(200)
  expectRefusal(await reader.post('/api/projects', { name: 'mine' }), 403, /needs "write"/)
  expectRefusal(await reader.get('/api/auth/api-keys'), 403, /needs "admin"/)
  expect((await station.api.delete(`/api/auth/api-keys/${body.id}`)).status).toBe(200)
  expectRefusal(await reader.get('/api/projects'), 401, /revoked/)
})

it('lists keys without their secrets', async () => {
  const { body } = await station.api.post<CreatedKey>('/api/auth/api-keys', { name: 'a script' })
  const listed = await station.api.get<{ items: { name: string; prefix: string }[] }>('/api/auth/api-keys')
  expect(listed.body.items.map(({ name }) => name)).toContain('a script')
  expect(JSON.stringify(listed.body)).not.toContain(body.api_key)
})

it('refuses a scope that there is not, and a key that is not known', async () => {
  expectRefusal(
    await station.api.post('/api/auth/api-keys', { name: 'x', scopes: ['root'] }),
    422,
    /scopes\[0\]: expected read/,
  )
  expectRefusal(await station.api.delete('/api/auth/api-keys/nobody'), 404, /nobody/)
})

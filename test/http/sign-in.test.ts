import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../support/api-client'
import { openWorkstation, SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation()

const visit = (address: string, cookie?: string): Promise<Answer> =>
  station.api
    .withKey(null)
    .send('GET', address.slice(station.url.length), cookie ? { headers: { Cookie: cookie } } : {})

async function signIn(): Promise<string> {
  const answer = await visit(station.workstation.createSignInUrl())
  return answer.headers.get('set-cookie')!.split(';')[0]!
}

describe('the printed address', () => {
  it('signs a browser in with a cookie that scripts and other sites cannot use', async () => {
    const answer = await visit(station.workstation.createSignInUrl())
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    const attributes = answer.headers.get('set-cookie')!.split('; ')
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']))
    expect(attributes.some((each) => each.startsWith('Domain'))).toBe(false)
  })

  it('works once', async () => {
    const address = station.workstation.createSignInUrl()
    expect((await visit(address)).status).toBe(303)
    const again = await visit(address)
    expect(again.status).toBe(401)
    expect(again.body).toMatch(/used before or is too old/)
    expect(again.headers.get('set-cookie')).toBeNull()
  })

  it('that was used leads a browser that is signed in to the page', async () => {
    const address = station.workstation.createSignInUrl()
    const cookie = (await visit(address)).headers.get('set-cookie')!.split(';')[0]!
    expect(await visit(address, cookie)).toMatchObject({ status: 303 })
  })

  it.each(['', '?token=', '?token=wrong', '?token=a&token=b', '?token[]=a'])(
    'does not work as /ui/sign-in%s',
    async (query) => {
      expect((await visit(`${station.url}/ui/sign-in${query}`)).status).toBe(401)
    },
  )
})

describe("the interface's own door", () => {
  const call = (headers: Record<string, string>): Promise<Answer> =>
    station.api.withKey(null).send('POST', '/ui/rpc/projects/list', {
      body: JSON.stringify({ json: {} }),
      headers: { 'Content-Type': 'application/json', ...headers },
    })
  const put = (headers: Record<string, string>): Promise<Answer> =>
    station.api.withKey(null).send('PUT', '/ui/uploads?kind=model', { body: 'bytes', headers })

  it('opens for the cookie', async () => {
    const cookie = await signIn()
    expect(await call({ Cookie: cookie })).toMatchObject({ status: 200 })
    expect(await put({ Cookie: cookie })).toMatchObject({ status: 201, body: { size: 5 } })
    expect(await put({ Cookie: `theme=dark; ${cookie}; x=y` })).toMatchObject({ status: 201 })
  })

  it.each<[string, (cookie: string) => Record<string, string>]>([
    ['nothing', () => ({})],
    ['an API key', () => ({ Authorization: `Bearer ${station.workstation.apiKey}` })],
    ['an invented cookie', (cookie) => ({ Cookie: cookie.replace(/=.*/, '=invented') })],
    ['an empty cookie', (cookie) => ({ Cookie: cookie.replace(/=.*/, '=') })],
    ['the cookie of another port', (cookie) => ({ Cookie: cookie.replace(/plumbline_\d+/, 'plumbline_1') })],
    [
      'the sign-in token as a cookie',
      (cookie) => {
        const token = new URL(station.workstation.createSignInUrl()).searchParams.get('token')!
        return { Cookie: cookie.replace(/=.*/, `=${token}`) }
      },
    ],
  ])('stays shut for %s', async (_what, write) => {
    const headers = write(await signIn())
    for (const answer of [await call(headers), await put(headers)]) {
      expect(answer.status).toBe(401)
      expect(answer.body).toMatchObject({ error: { code: 'unauthorized' } })
    }
  })

  it('stays shut for the cookie when it comes from a foreign page', async () => {
    const headers = { Cookie: await signIn(), Origin: 'https://evil.example' }
    expect([(await call(headers)).status, (await put(headers)).status]).toEqual([403, 403])
  })

  it('does not open the API with the cookie alone', async () => {
    const cookie = await signIn()
    const answer = await station.api
      .withKey(null)
      .send('GET', '/api/projects', { headers: { Cookie: cookie } })
    expect(answer.status).toBe(401)
  })
})

describe('the data folder', () => {
  it('holds no key, token or cookie in clear, whatever file one looks into', async () => {
    const given = 'given-key-7f3a91c2'
    const opened = await openWorkstation({ flags: ['--api-key', given, '--sample'], isFresh: true })
    const { workstation, api, dataDirectory } = opened
    const made = workstation.core.keys.createKey({ name: 'made', scopes: ['read', 'predict'] }).secret
    const token = new URL(workstation.createSignInUrl()).searchParams.get('token')!
    const answer = await api.withKey(null).send('GET', `/ui/sign-in?token=${token}`, {})
    const session = /=([^;]+)/.exec(answer.headers.get('set-cookie')!)![1]!
    for (const key of [given, made, workstation.firstKey!, SAMPLE.key])
      expect(await api.withKey(key).get('/api/projects')).toMatchObject({ status: 200 })
    const secrets = { given, made, first: workstation.firstKey!, token, session }

    const look = async (): Promise<string[]> => {
      const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true })
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
      const found: string[] = []
      for (const file of files) {
        const bytes = await readFile(file)
        for (const [name, secret] of Object.entries(secrets))
          if (bytes.includes(secret)) found.push(`${name} in ${file}`)
      }
      expect(files.some((file) => file.endsWith('workstation.db'))).toBe(true)
      return found
    }
    expect((await readdir(dataDirectory)).some((name) => name.endsWith('-wal'))).toBe(true)
    expect(await look()).toEqual([])
  })
})

/** What a page of another origin, or another name for this computer, can reach: nothing. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DIALECTS } from '../../main/http/dialects'
import type { RawAnswer } from '../support/api-client'
import { expectRefusal, sendRaw } from '../support/api-client'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { makeFolder, openWorkstation, removeFolder, SAMPLE, useWorkstation } from '../support/workstation'

const folder = await makeFolder()
const rendererDirectory = join(folder, 'renderer')
const station = useWorkstation({ flags: ['--sample'], rendererDirectory })

beforeAll(async () => {
  await mkdir(join(rendererDirectory, 'assets'), { recursive: true })
  await writeFile(join(rendererDirectory, 'index.html'), '<!doctype html><title>Plumbline</title>')
  await writeFile(join(rendererDirectory, 'assets/app.js'), 'export const app = 1\n')
  await writeFile(join(folder, 'outside.txt'), 'out of bounds')
})
afterAll(() => removeFolder(folder))

const host = (): string => new URL(station.url).host
const port = (): string => new URL(station.url).port

const PATHS = [
  ...DIALECTS.flatMap((dialect) =>
    dialect.routes.map((route) => [route.method.toUpperCase(), route.path] as const),
  ),
  ['GET', '/'],
  ['GET', '/index.html'],
  ['GET', '/assets/app.js'],
  ['GET', '/health'],
  ['GET', '/ready'],
  ['GET', '/ui/sign-in?token=x'],
  ['POST', '/ui/rpc/projects/list'],
  ['GET', '/ui/rpc'],
  ['PUT', '/ui/uploads?kind=model'],
  ['OPTIONS', '/'],
  ['OPTIONS', `${DEPLOYMENTS}/x/predict`],
  ['HEAD', '/health'],
  ['GET', '/nothing/here'],
  ['GET', '/%'],
] as const

const ask = (method: string, path: string, headers: Record<string, string>): Promise<RawAnswer> =>
  sendRaw(station.url, { method, path: path.replaceAll(':', ''), headers: { Host: host(), ...headers } })

function expectNoPermission({ headers }: RawAnswer): void {
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
}

describe('a foreign Host', () => {
  it.each(PATHS)('is refused with 421 on %s %s', async (method, path) => {
    const answer = await ask(method, path, {
      Host: `plumbline.example:${port()}`,
      Authorization: `Bearer ${station.workstation.apiKey}`,
    })
    expect(answer.status).toBe(421)
    expectNoPermission(answer)
  })

  it.each([
    (at: string) => `127.0.0.1.nip.io:${at}`,
    (at: string) => `localhost.:${at}`,
    () => 'localhost',
    () => '127.0.0.1:1',
    (at: string) => `0.0.0.0:${at}`,
    (at: string) => `127.0.0.1:${at}@evil.example`,
  ])('is refused: %#', async (write) => {
    expect((await ask('GET', '/health', { Host: write(port()) })).status).toBe(421)
  })

  it.each(['127.0.0.1', 'localhost', '[::1]', 'LocalHost'])('is not %s with our port', async (name) => {
    expect(await ask('GET', '/health', { Host: `${name}:${port()}` })).toMatchObject({
      status: 200,
      text: 'OK',
    })
  })
})

describe('a foreign Origin', () => {
  it.each(PATHS)('is refused with 403 on %s %s', async (method, path) => {
    const authorized = { Authorization: `Bearer ${station.workstation.apiKey}` }
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await ask(method, path, { Origin: origin, ...authorized })
      expect(answer.status, origin).toBe(403)
      expectNoPermission(answer)
    }
  })

  it.each([
    () => 'http://localhost',
    () => `http://127.0.0.1:1`,
    (at: string) => `https://127.0.0.1:${at}`,
    (at: string) => `http://127.0.0.1:${at}.evil.example`,
    (at: string) => `http://evil.example:${at}`,
    () => 'file://',
    () => 'app://plumbline',
  ])('is refused: %#', async (write) => {
    expect((await ask('GET', '/health', { Origin: write(port()) })).status).toBe(403)
  })

  it('is not ours', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const answer = await ask('GET', '/health', { Origin: `http://${name}:${port()}` })
      expect(answer.status).toBe(200)
      expectNoPermission(answer)
    }
  })

  it('gets no permission from a preflight either', async () => {
    const answer = await ask('OPTIONS', `${DEPLOYMENTS}/x/predict`, {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    })
    expect(answer.status).toBe(403)
    expectNoPermission(answer)
  })

  it('gets no permission when it is absent', async () => {
    for (const [method, path] of PATHS) expectNoPermission(await ask(method, path, {}))
  })
})

describe('static files', () => {
  it('are served with the headers that hold the page to our origin', async () => {
    const page = await ask('GET', '/', {})
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Plumbline') as string })
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect((await ask('GET', '/assets/app.js', {})).headers['content-type']).toMatch(/javascript/)
  })

  it.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/%2e%2e%2foutside.txt',
    '/..%5coutside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/%252e%252e/outside.txt',
    '//outside.txt',
    '/.../outside.txt',
    '/assets/app.js%00.html',
    '/%c0%ae%c0%ae/outside.txt',
    '/assets',
    '/assets/',
    '/%',
  ])('are not left by %s', async (path) => {
    const answer = await ask('GET', path, {})
    expect(answer.text).not.toContain('out of bounds')
    expect([301, 400, 403, 404]).toContain(answer.status)
  })

  it('do not tell their place on the disk, nor what serves them', async () => {
    for (const path of ['/nothing', '/%', '/..%2foutside.txt', '/assets/']) {
      const answer = await ask('GET', path, {})
      expect(answer.text).not.toContain(folder)
      expect(answer.headers).not.toHaveProperty('x-powered-by')
    }
  })

  it('that are gone are a 404', async () => {
    await writeFile(join(rendererDirectory, 'gone.js'), '')
    expect((await ask('GET', '/gone.js', {})).status).toBe(200)
    await rm(join(rendererDirectory, 'gone.js'))
    expect((await ask('GET', '/gone.js', {})).status).toBe(404)
  })
})

describe('bytes that are no request', () => {
  it.each<[string, string]>([
    ['nonsense', '\u0000\u0001\u0002\r\n\r\n'],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['an older protocol without a host', 'GET /health HTTP/1.0\r\n\r\n'],
  ])('are refused, and others are answered on: %s', async (_what, bytes) => {
    const socket = connect(Number(port()), '127.0.0.1').setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.write(bytes, 'latin1')
    let answer = ''
    socket.on('data', (text: string) => (answer += text))
    await new Promise((resolve) => socket.on('close', resolve))
    expect(answer).toMatch(/^HTTP\/1\.[01] 4\d\d /)
    expect((await ask('GET', '/health', {})).status).toBe(200)
  })
})

describe('--trust-local', () => {
  it('accepts a call without credentials, but none that has an Origin', async () => {
    const { api, url } = await openWorkstation({ flags: ['--trust-local'] })
    const stranger = api.withKey(null)
    expect(await stranger.get('/api/projects')).toMatchObject({ status: 200 })
    expect(await stranger.post('/api/projects', { name: 'local' })).toMatchObject({ status: 201 })
    const own = await sendRaw(url, {
      path: '/api/projects',
      headers: { Host: new URL(url).host, Origin: url },
    })
    expect(own.status).toBe(401)
    const foreign = { Host: new URL(url).host, Origin: 'https://evil.example' }
    expect((await sendRaw(url, { path: '/api/projects', headers: foreign })).status).toBe(403)
    expectRefusal(await api.withKey('plb_wrong').get('/api/projects'), 401, /not known/)
  })

  it('is off unless asked for', async () => {
    expectRefusal(await station.api.withKey(null).get('/api/projects'), 401, /Bearer/)
  })
})

describe('the key of the documentation', () => {
  it('opens a workspace with the sample and no other', async () => {
    expect(await station.api.withKey(SAMPLE.key).get('/api/projects')).toMatchObject({ status: 200 })
    const { api } = await openWorkstation()
    expectRefusal(await api.withKey(SAMPLE.key).get('/api/projects'), 401, /not known/)
  })
})

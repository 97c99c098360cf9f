import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WorkstationError } from '../../main/errors'
import type { UploadReply } from '../../main/http/ui/uploads'
import { CONTENT_SECURITY_POLICY } from '../../main/http/content-security'
import { answerAppRequest } from '../../main/window-protocol'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-protocol-'))
const directory = join(folder, 'renderer')

beforeAll(() => {
  mkdirSync(join(directory, 'assets'), { recursive: true })
  writeFileSync(join(directory, 'index.html'), '<h1>home</h1>')
  writeFileSync(join(directory, 'assets', 'app.js'), 'run()')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function receive(stream: AsyncIterable<Uint8Array>, { maxBytes }: { maxBytes: number }) {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > maxBytes) throw new WorkstationError('too_large', `the file is larger than ${maxBytes} bytes`)
    hash.update(chunk)
  }
  return { sha256: hash.digest('hex'), size }
}

const app = {
  directory,
  workstation: { core: { artifacts: { receive } } } as unknown as Parameters<
    typeof answerAppRequest
  >[1]['workstation'],
  settings: { maxModelBytes: 10, maxDataBytes: 20 },
}
const ask = (path: string, init?: RequestInit): Promise<Response> =>
  answerAppRequest(new Request(`app://plumbline${path}`, init), app)

describe('pages', () => {
  it('serves the start page under the content security policy', async () => {
    const response = await ask('/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).toBe('<h1>home</h1>')
  })

  it('serves scripts as scripts', async () => {
    const response = await ask('/assets/app.js')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..%252fsecret.txt',
    '/assets%00',
    '/assets',
    '/%',
    '/missing.js',
  ])('finds nothing at %s', async (path) => {
    const response = await ask(path)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret')
  })

  it('knows no other host', async () => {
    expect((await answerAppRequest(new Request('app://elsewhere/'), app)).status).toBe(404)
  })

  it('takes nothing but GET and HEAD', async () => {
    expect((await ask('/', { method: 'POST', body: 'x' })).status).toBe(405)
    expect(await (await ask('/', { method: 'HEAD' })).text()).toBe('')
  })
})

describe('uploads', () => {
  const upload = async (
    query: string,
    body: string | null,
  ): Promise<{ status: number; body: UploadReply['body'] }> => {
    const response = await ask(`/ui/uploads${query}`, { method: 'PUT', body })
    return { status: response.status, body: (await response.json()) as UploadReply['body'] }
  }

  it('answers with hash and size', async () => {
    const sha256 = createHash('sha256').update('0123456789').digest('hex')
    expect(await upload('?kind=model', '0123456789')).toEqual({ status: 201, body: { sha256, size: 10 } })
  })

  it('holds each kind to its own limit', async () => {
    const tooLarge = await upload('?kind=model', '0123456789+')
    expect(tooLarge).toEqual({
      status: 413,
      body: { error: { code: 'too_large', message: 'the file is larger than 10 bytes' } },
    })
    expect((await upload('?kind=data', '0123456789+')).status).toBe(201)
    expect((await upload('', 'x'.repeat(20))).status).toBe(201)
    expect((await upload('', 'x'.repeat(21))).status).toBe(413)
  })

  it('refuses another kind, naming those there are', async () => {
    expect(await upload('?kind=zip', 'x')).toEqual({
      status: 400,
      body: { error: { code: 'invalid', message: 'kind: expected model or data, got "zip"' } },
    })
  })

  it('takes an empty body for an empty file', async () => {
    expect((await upload('?kind=data', null)).body).toMatchObject({ size: 0 })
  })

  it('is only ever put', async () => {
    expect((await ask('/ui/uploads', { method: 'POST', body: 'x' })).status).toBe(405)
  })
})

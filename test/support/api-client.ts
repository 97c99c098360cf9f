/** Calls the local API like a script would, over real HTTP. */
import { request as openRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { expect } from 'vitest'
import { expectConformance } from './conformance'

export type Answer<Body = unknown> = {
  readonly status: number
  readonly headers: Headers
  /** The parsed body when it is JSON, else its text. */
  readonly body: Body
}

export type Page<Item> = {
  readonly items: readonly Item[]
  readonly total: number
  readonly limit: number
  readonly offset: number
}

type Content = { readonly body?: RequestInit['body']; readonly headers?: Readonly<Record<string, string>> }

/** One caller: an address and a key, or no key. */
export class ApiClient {
  readonly url: string
  private readonly key: string | null

  constructor(url: string, key: string | null) {
    this.url = url
    this.key = key
  }

  /** The same server, called with another key; with none when `null`. */
  withKey(key: string | null): ApiClient {
    return new ApiClient(this.url, key)
  }

  get<Body = unknown>(path: string): Promise<Answer<Body>> {
    return this.send('GET', path, {})
  }

  /** Posts JSON; without a body and without a content type when `value` is absent, as `curl -X POST` does. */
  post<Body = unknown>(path: string, value?: unknown): Promise<Answer<Body>> {
    return value === undefined ? this.send('POST', path, {}) : this.postText(path, JSON.stringify(value))
  }

  /** Posts a text as it is, announced as JSON unless told otherwise. */
  postText<Body = unknown>(path: string, body: string, type = 'application/json'): Promise<Answer<Body>> {
    return this.send('POST', path, { body, headers: { 'Content-Type': type } })
  }

  delete<Body = unknown>(path: string): Promise<Answer<Body>> {
    return this.send('DELETE', path, {})
  }

  async send<Body = unknown>(method: string, path: string, content: Content): Promise<Answer<Body>> {
    const authorization = this.key === null ? {} : { Authorization: `Bearer ${this.key}` }
    const response = await fetch(this.url + path, {
      method,
      headers: { ...authorization, ...content.headers },
      redirect: 'manual',
      ...(content.body === undefined ? {} : { body: content.body }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    }
    if (isJson) expectConformance({ method, path }, answer)
    return answer
  }
}

export type RawAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One request with exactly this path and these headers, which `fetch` would tidy up or refuse to send. */
export function sendRaw(
  url: string,
  request: {
    readonly method?: string
    readonly path: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  },
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const { method = 'GET', path, headers = {}, body } = request
    const sent = openRequest(
      { hostname, port, method, path, headers: { ...headers }, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Expects a refusal in the dialect's form: this status and nothing but one text under `detail` that says why. */
export function expectRefusal(answer: Answer, status: number, why: RegExp): void {
  expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(why) as string } })
  expect(Object.keys(answer.body as object)).toEqual(['detail'])
}

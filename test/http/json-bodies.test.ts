/** The ways in which programs send JSON: all of them are read, and what cannot be read is refused. */
import { request as sendHttp } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const PATH = `${DEPLOYMENTS}/${SAMPLE.fraud.deployment}/predict`
const BODY = JSON.stringify({ inputs: { amount: 29.99, merchant_id: 42, hour: 14 } })

type Sent = { readonly headers: Record<string, string>; readonly parts: readonly (string | Buffer)[] }

function post({ headers, parts }: Sent): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const call = sendHttp(`${station.url}${PATH}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${SAMPLE.key}`, ...headers },
    })
    call.on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      )
    })
    call.on('error', reject)
    for (const part of parts) call.write(part)
    call.end()
  })
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

describe('JSON bodies', () => {
  it.each<[string, Sent]>([
    ['with its length', { headers: { ...JSON_TYPE, 'Content-Length': String(BODY.length) }, parts: [BODY] }],
    ['in chunks of unknown length', { headers: JSON_TYPE, parts: [BODY.slice(0, 11), BODY.slice(11)] }],
    [
      'with its alphabet named',
      { headers: { 'Content-Type': 'application/json; charset=UTF-8' }, parts: [BODY] },
    ],
    ['behind a byte order mark', { headers: JSON_TYPE, parts: ['\uFEFF', BODY] }],
    ['compressed', { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, parts: [gzipSync(BODY)] }],
    [
      'in UTF-16',
      {
        headers: { 'Content-Type': 'application/json; charset=utf-16le' },
        parts: [Buffer.from(BODY, 'utf16le')],
      },
    ],
  ])('answers a prediction that is sent %s', async (_how, sent) => {
    const { status, body } = await post(sent)
    expect(body).toMatchObject({ predictions: [{ prediction: '0' }] })
    expect(status).toBe(200)
  })

  it.each<[string, string]>([
    ['broken JSON', '{"inputs": {'],
    ['nothing', ''],
    ['a list', '[1, 2]'],
    ['JSON behind JSON', `${BODY}${BODY}`],
  ])('refuses %s and says what was wrong', async (_what, text) => {
    const { status, body } = await post({ headers: JSON_TYPE, parts: text === '' ? [] : [text] })
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toMatch(/body|inputs/)
  })

  it('refuses a body over the limit, announced or not, before it has read it all', async () => {
    const large = Buffer.alloc(1 << 20, ' ')
    const announced = await post({
      headers: { ...JSON_TYPE, 'Content-Length': String(1 << 30) },
      parts: [large],
    })
    expect(announced.status).toBe(413)
    const unannounced = await new Promise<number>((resolve, reject) => {
      const call = sendHttp(`${station.url}${PATH}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${SAMPLE.key}`, ...JSON_TYPE },
      })
      let isAnswered = false
      call.on('response', (answer) => {
        isAnswered = true
        resolve(answer.statusCode ?? 0)
        call.destroy()
      })
      call.on('error', (error) => {
        if (!isAnswered) reject(error)
      })
      const writeMore = (): void => {
        if (!isAnswered) call.write(large, writeMore)
      }
      writeMore()
    })
    expect(unannounced).toBe(413)
  })

  it('goes on serving after a caller breaks off in the middle of its body', async () => {
    const { hostname, port } = new URL(station.url)
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        const head = [
          `POST ${PATH} HTTP/1.1`,
          `Host: ${hostname}:${port}`,
          `Authorization: Bearer ${SAMPLE.key}`,
          'Content-Type: application/json',
          'Content-Length: 1000',
        ]
        socket.write(`${head.join('\r\n')}\r\n\r\n{"inputs":`, () => socket.destroy())
      })
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })
    expect((await post({ headers: JSON_TYPE, parts: [BODY] })).status).toBe(200)
  })
})

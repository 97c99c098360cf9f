import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { Answer, Page } from '../support/api-client'
import type { FormPart } from '../support/model-form'
import { csv, filePart, listArtifacts, modelFile, writeForm } from '../support/model-form'
import { RESOURCES, useWorkstation } from '../support/workstation'

const MAX_MODEL_BYTES = 200_000
const station = useWorkstation({ flags: ['--max-model-bytes', String(MAX_MODEL_BYTES)] })
let project = ''

beforeAll(async () => {
  const { body } = await station.api.post<{ project_id: string }>('/api/projects', { name: 'Refusals' })
  project = body.project_id
  await upload(form('accepted', sample('iris'), sampleTable('iris')))
})

const sample = (name: string): FormPart => filePart('model', modelFile(`samples/${name}`))
const fixture = (name: string): FormPart => filePart('model', modelFile(name))
const sampleTable = (name: string): FormPart =>
  filePart('training_data', join(RESOURCES, 'samples', name, 'training.csv'))
const rows = (header: string): FormPart => ['training_data', csv(header, 30), 'rows.csv']
const form = (name: string, ...files: readonly FormPart[]): FormPart[] => [
  ['project_id', project],
  ['name', name],
  ...files,
]
const upload = (parts: readonly FormPart[]): Promise<Answer> =>
  station.api.send('POST', '/api/models', { body: writeForm(parts) })

type Left = { readonly models: unknown; readonly files: readonly string[]; readonly rows: readonly number[] }

/** Everything an upload could leave behind. */
async function look(): Promise<Left> {
  const { body } = await station.api.get<Page<unknown>>('/api/models')
  const files = await listArtifacts(station.dataDirectory)
  const { core } = station.workstation
  const versions = core.models.list({
    search: '',
    limit: 500,
    offset: 0,
    sort: 'updatedAt',
    direction: 'desc',
  })
  return { models: body, files, rows: versions.items.map((model) => model.versionCount) }
}

let before: Left
beforeEach(async () => {
  before = await look()
  expect(before.files).not.toHaveLength(0)
})

describe('a model file is refused with its reason and leaves nothing behind', () => {
  it.each<[string, string, RegExp]>([
    ['truncated', 'x1,x2,x3,x4', /truncat|cut|ends|incomplete/i],
    ['not-onnx', 'x1,x2,x3', /not an ONNX/i],
    ['external-data', 'x1,x2,x3', /external|outside/i],
    ['future-opset', 'x1,x2,x3', /opset.*99|99.*opset/i],
    ['unknown-operator', 'x1,x2,x3', /Frobnicate/],
    ['custom-domain', 'x1,x2,x3', /com\.example/],
    ['nan-output', 'x1,x2,x3', /NaN.*finite/],
  ])('%s.onnx', async (name, header, why) => {
    const answer = await upload(form(name, fixture(name), rows(header)))
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expectRefusal(answer, 422, why)
    expect(await look()).toEqual(before)
  })

  it('whose width is not that of the table', async () => {
    const iris = [
      ...form('wide', sample('iris'), sampleTable('fraud')),
      ['target_column', 'is_fraud'],
    ] as const
    const why = /takes 4 columns, but the training data have 3 besides the target: amount, merchant_id, hour/
    expectRefusal(await upload(iris), 422, why)
    const fraud = form('wide', sample('fraud'), sampleTable('iris'))
    expectRefusal(await upload(fraud), 422, /takes 3 columns, but .* 5|takes 3 columns, but .* 4/)
    expect(await look()).toEqual(before)
  })

  it('which is longer than the limit', async () => {
    const long: FormPart = ['model', Buffer.alloc(MAX_MODEL_BYTES + 1, 7), 'long.onnx']
    for (const parts of [form('long', long, sampleTable('iris')), form('long', sampleTable('iris'), long)]) {
      expectRefusal(await upload(parts), 413, /larger than the limit of 195\.3 KiB/)
      expect(await look()).toEqual(before)
    }
  })

  it('which is empty', async () => {
    const empty: FormPart = ['model', Buffer.alloc(0), 'empty.onnx']
    expectRefusal(await upload(form('empty', empty, sampleTable('iris'))), 422, /empty/)
    expect(await look()).toEqual(before)
  })

  it('also when its name is taken, whose model stays as it is', async () => {
    expectRefusal(await upload(form('accepted', fixture('truncated'), sampleTable('iris'))), 422, /\S/)
    expect(await look()).toEqual(before)
  })

  it('also when it comes together with files that are kept already', async () => {
    expectRefusal(await upload(form('', sample('iris'), sampleTable('iris'))), 422, /name/)
    expect(await look()).toEqual(before)
  })
})

describe('a table is refused with its reason and leaves nothing behind', () => {
  const data = (text: string): FormPart => ['training_data', Buffer.from(text), 'table.csv']
  it.each<[string, string, RegExp]>([
    ['no row', 'a,b,c,d,species\n', /no row of data/],
    ['a ragged row', 'a,b,c,d,y\n1,2,3,4,5\n1,2,3\n', /line 3|record length/i],
    ['a name twice', 'a,a,c,d,y\n1,2,3,4,5\n', /two columns are named "a"/],
    ['text where the graph takes numbers', 'a,b,c,d,y\n1,2,red,4,u\n1,2,blue,4,v\n', /column "c".*red/],
    ['bytes that are no table', '\u0000\u0001\u0002', /\S/],
  ])('%s', async (_what, text, why) => {
    expectRefusal(await upload(form('table', sample('iris'), data(text))), 422, why)
    expect(await look()).toEqual(before)
  })

  it('a target column that it does not have', async () => {
    const parts: FormPart[] = [...form('t', sample('iris'), sampleTable('iris')), ['target_column', 'colour']]
    expectRefusal(await upload(parts), 422, /"colour".*species/)
    expect(await look()).toEqual(before)
  })
})

describe('a form is refused with its reason and leaves nothing behind', () => {
  it.each<[string, () => FormPart[], number, RegExp]>([
    ['without a model', () => form('x', sampleTable('iris')), 422, /model: send the model file/],
    [
      'with predictions to compare with, but not the rows they belong to',
      () => form('x', sample('iris'), ['verification_predictions', Buffer.from('p\n1\n'), 'p.csv']),
      422,
      /verification: send the rows/,
    ],
    ['without a project', () => form('x', sample('iris'), sampleTable('iris')).slice(1), 422, /project_id/],
    ['without a name', () => form('x', sample('iris'), sampleTable('iris')).toSpliced(1, 1), 422, /name/],
    ['with a model as text', () => [...form('x', sampleTable('iris')), ['model', 'text']], 422, /model/],
    [
      'with a file that is not asked for',
      () => form('x', sample('iris'), ['notebook', Buffer.from('{}'), 'n.ipynb'], sampleTable('iris')),
      422,
      /unexpected file part "notebook"/,
    ],
    [
      'with a file part named like a part of every object',
      () => form('x', sample('iris'), ['constructor', Buffer.from('x'), 'c'], sampleTable('iris')),
      422,
      /unexpected file part "constructor"/,
    ],
    ['with two models', () => form('x', sample('iris'), sample('fraud')), 422, /"model".*once/],
    [
      'with a project that nobody has',
      () => [['project_id', 'none'], ...form('x', sample('iris'), sampleTable('iris')).slice(1)],
      404,
      /no project with id none/,
    ],
  ])('%s', async (_what, parts, status, why) => {
    expectRefusal(await upload(parts()), status, why)
    expect(await look()).toEqual(before)
  })

  it.each<[string, string, RegExp]>([
    ['application/json', '{}', /multipart\/form-data/],
    ['multipart/form-data', 'x', /multipart\/form-data/],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="model"; filename="m"\r\n\r\nx',
      /form/,
    ],
    ['multipart/form-data; boundary=b', '', /form|model|project/],
  ])('of type %s with the body %j', async (type, body, why) => {
    expectRefusal(await station.api.postText('/api/models', body, type), 422, why)
    expect(await look()).toEqual(before)
  })
})

describe('a client that goes away in the middle of an upload', () => {
  it.each(['model', 'training_data'])('leaves nothing behind of its %s', async (part) => {
    const { port } = new URL(station.url)
    const socket = connect(Number(port), '127.0.0.1')
    const head = [
      'POST /api/models HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${station.workstation.apiKey}`,
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 5000000',
      '',
      '--b',
      `Content-Disposition: form-data; name="${part}"; filename="f"`,
      '',
      'x'.repeat(100_000),
    ].join('\r\n')
    socket.write(head)
    await vi.waitFor(async () => expect(await listArtifacts(station.dataDirectory)).not.toEqual(before.files))
    socket.destroy()
    await vi.waitFor(async () => expect(await look()).toEqual(before))
  })

  it(
    'leaves nothing behind either when everything is sent and the model is being tried',
    { timeout: 20_000 },
    async () => {
      const { port } = new URL(station.url)
      const long: FormPart = ['training_data', csv('a,b,c,d', 150_000), 'long.csv']
      const response = new Response(writeForm(form('abandoned', sample('iris'), long)))
      const body = Buffer.from(await response.arrayBuffer())
      const head = [
        'POST /api/models HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        `Authorization: Bearer ${station.workstation.apiKey}`,
        `Content-Type: ${response.headers.get('content-type')}`,
        `Content-Length: ${body.length}`,
        '',
        '',
      ]
      const started = new Promise<void>((resolve) => {
        const stop = station.workstation.core.events.subscribe((event) => {
          if (event.type !== 'registration.progress') return
          stop()
          resolve()
        })
      })
      const socket = connect(Number(port), '127.0.0.1')
      socket.write(head.join('\r\n'))
      socket.write(body)
      await started
      socket.destroy()
      await vi.waitFor(async () => expect(await look()).toEqual(before), { timeout: 15_000 })
    },
  )
})

import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../main/http/dialects'
import { createOpenApi } from '../../main/http/openapi'
import { expectConformance } from '../support/conformance'
import { openWorkstation } from '../support/workstation'

describe.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))(
  'the %s document',
  (_, dialect) => {
    const document = JSON.parse(JSON.stringify(createOpenApi(dialect, '1.2.3'))) as {
      openapi: string
      paths: Record<string, Record<string, Operation>>
    }
    type Operation = {
      operationId: string
      responses: Record<string, { content?: Record<string, { schema: unknown }> }>
      parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[]
    }
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )

    it('describes every route that is served, and no other', () => {
      const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
      const served = dialect.routes.map(
        ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      )
      expect(described.sort()).toEqual(served.sort())
      expect(Object.keys(dialect.documentation)).toHaveLength(served.length)
    })

    it('names each operation once and every parameter of its path', () => {
      const names = operations.map(({ operation }) => operation.operationId)
      expect(new Set(names).size).toBe(names.length)
      for (const { path, operation } of operations) {
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(
          inPath,
        )
      }
    })

    it('gives a schema for every answer and every refusal', () => {
      for (const { operation } of operations) {
        expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']))
        for (const response of Object.values(operation.responses)) {
          // An answer without a body has no content.
          const { content = {} } = response
          const isFile = content['application/json'] === undefined
          for (const { schema } of Object.values(content)) {
            expect(schema).toMatchObject(
              isFile
                ? { type: 'string', format: 'binary' }
                : { type: expect.stringMatching(/^(object|array)$/) as string },
            )
          }
        }
      }
    })
  },
)

it('is listed with every other one', async () => {
  const { url } = await openWorkstation()
  const list = (await (await fetch(`${url}/openapi`)).json()) as readonly { name: string; url: string }[]
  expect(list.map(({ name }) => name)).toEqual(DIALECTS.map(({ name }) => name))
  for (const each of list) expect((await fetch(url + each.url)).status).toBe(200)
})

it('documents a limit as the whole number it is, with its bounds', () => {
  const [mlops] = DIALECTS
  const { paths } = createOpenApi(mlops!, '1') as {
    paths: Record<string, { get: { parameters: { name: string; schema: object }[] } }>
  }
  const { parameters } = paths['/api/mlops/deployments/{deployment_id}/inference-logs']!.get
  const limit = parameters.find(({ name }) => name === 'limit')
  expect(JSON.parse(JSON.stringify(limit!.schema))).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 500,
    description: '50 when absent',
  })
})

it('is held against every answer of these tests: a status or a field that it does not name fails them', () => {
  const request = { method: 'GET', path: '/api/projects/1' }
  const project = {
    id: '1',
    name: 'a',
    description: '',
    status: 'active',
    model_count: 0,
    deployment_count: 0,
    created_at: '2026-01-01T00:00:00Z',
  }
  expect(() => expectConformance(request, { status: 200, body: { project } })).not.toThrow()
  expect(() => expectConformance(request, { status: 202, body: { project } })).toThrow(/not documented/)
  expect(() => expectConformance(request, { status: 200, body: { project, more: 1 } })).toThrow(/documented/)
  expect(() => expectConformance(request, { status: 404, body: { message: 'no' } })).toThrow()
})

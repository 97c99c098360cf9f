/** Calls of the MLConnector API and the runnable pieces of its reference, as they stand in its text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, ApiClient } from './api-client'
import { importedBytes } from './imports'
import type { FormPart } from './model-form'
import { writeForm } from './model-form'
import { FIXTURES } from './workstation'

const text = readFileSync(join(FIXTURES, 'reference/mlconnector.txt'), 'utf8')

/** Every curl command of the examples, in order. */
export function readCurlCommands(): readonly string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    if (!line.startsWith('curl ')) return []
    let end = start + 1
    // A command goes on while a line ends with a backslash or a quote is open.
    const isOpen = (): boolean => {
      const command = lines.slice(start, end).join('\n')
      return command.endsWith('\\') || (command.match(/'/g) ?? []).length % 2 === 1
    }
    while (isOpen()) end++
    return [lines.slice(start, end).join('\n')]
  })
}

/** Every Python snippet that runs as it stands, in order: those with an ellipsis do not. */
export function readPythonSnippets(): readonly string[] {
  const found = text.match(/^import requests\n[^]*?^print\(.*\)$/gm) ?? []
  return found.filter((snippet) => !snippet.includes('{..}'))
}

export type ModelWire = {
  readonly modelid: string
  readonly modelname: string
  readonly modelkind: string
  readonly modeltags: readonly string[] | null
  readonly version: number | null
}

export type UploadWire = {
  readonly modelid: string
  readonly filekind: string
  readonly filename: string
  readonly contenttype: string
  readonly version: number | null
  readonly warnings?: readonly string[]
}

export type DeploymentWire = {
  readonly deployment_id: string
  readonly modelid: string
  readonly ownerid: string
  readonly placement: object
  readonly status: string
  readonly endpoint: string
}

export type PredictionWire = {
  readonly prediction: readonly (string | number)[]
  readonly explanation?: {
    readonly feature_importance: readonly number[] | readonly (readonly number[])[]
    readonly method: string
  } | null
  readonly explanation_error?: string
}

export type OperationWire = {
  readonly ownerid: string
  readonly deploymentid: string
  readonly modelid: string
  readonly data: string
  readonly result: string
  readonly timestamp: string
  readonly operationid: string
}

export const ANYWHERE = { clusterID: '*', node: '*', continuum: '*' }

/** A registered model without a file. */
export async function addModel(api: ApiClient, body: object = {}): Promise<string> {
  const answer = await api.post<ModelWire>('/model/add', {
    modelname: 'a model',
    modelkind: 'regression',
    ...body,
  })
  return answer.body.modelid
}

export function sendFile(
  api: ApiClient,
  model: string,
  parts: readonly FormPart[],
): Promise<Answer<UploadWire>> {
  return api.send('POST', `/model/${model}/upload`, { body: writeForm(parts) })
}

/** Uploads bytes as a kind, the file first as the reference does. */
export function upload(
  api: ApiClient,
  model: string,
  { kind, name, bytes = importedBytes(name) }: { kind: string; name: string; bytes?: Buffer },
): Promise<Answer<UploadWire>> {
  return sendFile(api, model, [
    ['file', bytes, name],
    ['file_kind', kind],
  ])
}

export function deploy(api: ApiClient, model: string, body: object = {}): Promise<Answer<DeploymentWire>> {
  return api.post('/deployment/add', {
    modelid: model,
    ownerid: 'agent-1',
    placement: ANYWHERE,
    deployment_id: '',
    inference_data: 0,
    ...body,
  })
}

export function predict(
  api: ApiClient,
  deployment: string,
  data: unknown,
  explain = false,
): Promise<Answer<PredictionWire>> {
  return api.post(`/deployment/${deployment}/predict`, { data, ...(explain ? { explain } : {}) })
}

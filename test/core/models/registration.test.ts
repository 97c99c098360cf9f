import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { SelfTest } from '../../../main/core/models/model'
import {
  matching,
  RESOURCES,
  fixtureFile,
  makeProject,
  refusalOf,
  register,
  sampleFile,
  shareWorkspace,
} from '../workspace'

const workspace = shareWorkspace()

const METRICS = JSON.parse(readFileSync(`${RESOURCES}/samples/metrics.json`, 'utf8')) as Record<
  'fraud' | 'iris' | 'diabetes',
  { accuracy?: number; r2?: number; rmse?: number }
>
const IRIS = { model: sampleFile('iris'), data: sampleFile('iris', 'training.csv') }
const irisText = readFileSync(IRIS.data, 'utf8')

/** What the samples reach on rows they were not trained on; on its own training rows a model is as good or better. */
function compareWithKnown(folder: 'iris' | 'fraud' | 'diabetes', selfTest: SelfTest): void {
  const known = METRICS[folder]
  if (known.accuracy !== undefined) {
    expect(Math.abs(selfTest.accuracy! - known.accuracy)).toBeLessThan(0.03)
    expect(selfTest).toMatchObject({ rmse: null, r2: null })
    return
  }
  expect(selfTest.accuracy).toBeNull()
  expect(selfTest.r2!).toBeGreaterThan(known.r2!)
  expect(selfTest.rmse!).toBeLessThan(known.rmse!)
  expect(selfTest.rmse!).toBeGreaterThan(known.rmse! / 2)
}

it.each([
  ['iris', 'classification', 4, 150, 'species'],
  ['fraud', 'classification', 3, 1000, 'is_fraud'],
  ['diabetes', 'regression', 10, 442, 'progression'],
] as const)('registers the %s sample as %s', async (folder, task, features, rows, target) => {
  const { core } = workspace()
  const version = await register(core, {
    projectId: makeProject(core),
    model: sampleFile(folder),
    data: sampleFile(folder, 'training.csv'),
  })
  expect(version).toMatchObject({ number: 1, task, targetColumn: target, selfTest: { rows } })
  compareWithKnown(folder, version.selfTest)
  expect(version.signature.features).toHaveLength(features)
  const model = core.models.get(version.modelId)
  expect(model).toMatchObject({
    versionCount: 1,
    latestVersion: 1,
    featureCount: features,
    deploymentCount: 0,
    task,
  })
  expect(core.models.versions(model.id)).toEqual([version])
  const profile = core.models.profile(version.id)!
  expect(profile.features.features.map((feature) => feature.name)).toEqual(
    version.signature.features.map(({ name }) => name),
  )
  expect(profile.predictions.rows).toBe(rows)
  const examples = core.models.examples(version.id)
  expect(examples).toHaveLength(20)
  expect(Object.keys(examples[0]!)).toEqual(version.signature.features.map(({ name }) => name))
})

it('takes a graph with an input per column, with text, whole numbers and ZipMap', async () => {
  const { core } = workspace()
  const version = await register(core, {
    projectId: makeProject(core),
    model: fixtureFile('columns.onnx'),
    data: fixtureFile('columns.csv'),
  })
  expect(version.targetColumn).toBe('churned')
  expect(version.signature.features.map(({ name, type }) => [name, type])).toEqual([
    ['city', 'string'],
    ['income', 'number'],
    ['balance', 'number'],
    ['visits', 'integer'],
  ])
  expect(version.servedFile).not.toBe(version.originalFile)
  expect(version.changes[0]).toMatch(/ZipMap/)
  expect(version.selfTest.accuracy!).toBeGreaterThan(0.6)
})

it('takes 64-bit inputs, and a graph that takes one row at a time', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const double = await register(core, {
    projectId,
    name: 'double',
    model: fixtureFile('double.onnx'),
    data: fixtureFile('double.csv'),
  })
  expect(double).toMatchObject({
    task: 'regression',
    signature: { inputs: [{ elementType: 'float64', width: 3 }] },
  })
  const single = await register(core, {
    projectId,
    name: 'single',
    model: fixtureFile('no-batch.onnx'),
    data: Buffer.from('a,b,c,total\n1,2,3,6\n4,5,6,15\n0.5,0.25,0.25,1\n'),
  })
  expect(single.signature.isSingleRow).toBe(true)
  expect(single.selfTest).toMatchObject({ rows: 3, rmse: 0, r2: 1 })
})

it('counts the labels of a classifier whose target is written as true and false', async () => {
  const { core } = workspace()
  const text = readFileSync(fixtureFile('columns.csv'), 'utf8')
  const asWords = text.replaceAll(/,1$/gm, ',True').replaceAll(/,0$/gm, ',False')
  const options = { projectId: makeProject(core), model: fixtureFile('columns.onnx') }
  const digits = await register(core, { ...options, name: 'digits', data: Buffer.from(text) })
  const words = await register(core, { ...options, name: 'words', data: Buffer.from(asWords) })
  expect(words.selfTest.accuracy).toBe(digits.selfTest.accuracy)
})

const lines = irisText.trimEnd().split('\n')
const withLines = (...all: readonly string[]): Uint8Array => Buffer.from(`${all.join('\n')}\n`)
const recode = (change: (line: string) => string): Uint8Array => withLines(...lines.map(change))

it('takes the target it is asked to take and refuses one that is not there', async () => {
  const { core } = workspace()
  const data = recode((line) => {
    const cells = line.split(',')
    return [cells.at(-1), ...cells.slice(0, -1)].join(',')
  })
  const projectId = makeProject(core)
  const version = await register(core, { projectId, model: IRIS.model, data, target: 'species' })
  expect(version.targetColumn).toBe('species')
  expect(version.signature.features[0]!.name).toBe('sepal_length')
  expect(
    await refusalOf(() => register(core, { projectId, model: IRIS.model, data, target: 'kind' })),
  ).toEqual({
    code: 'invalid',
    message: matching(/target column "kind" is not in the training data, which has species, sepal_length/),
  })
})

it('does without a target when the data have none', async () => {
  const { core } = workspace()
  const data = recode((line) => line.split(',').slice(0, 4).join(','))
  const version = await register(core, { projectId: makeProject(core), model: IRIS.model, data })
  expect(version).toMatchObject({ targetColumn: null, selfTest: { accuracy: null, rmse: null, r2: null } })
  expect(version.selfTest.notes).toEqual([
    expect.stringMatching(/no column left for the answer.*taken as features/),
  ])
})

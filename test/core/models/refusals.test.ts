import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  matching,
  fixtureFile,
  makeProject,
  refusalOf,
  register,
  sampleFile,
  shareWorkspace,
  upload,
} from '../workspace'

const workspace = shareWorkspace()

const IRIS = { model: sampleFile('iris'), data: sampleFile('iris', 'training.csv') }
const irisText = readFileSync(IRIS.data, 'utf8')
const lines = irisText.trimEnd().split('\n')
const withLines = (...all: readonly string[]): Uint8Array => Buffer.from(`${all.join('\n')}\n`)
const recode = (change: (line: string) => string): Uint8Array => withLines(...lines.map(change))
const [header = '', first = '', second = '', ...rest] = lines

type Refusal = readonly [what: string, data: Uint8Array, message: RegExp]
const REFUSED_DATA: readonly Refusal[] = [
  [
    'too few columns',
    withLines('a,b,y', '1,2,x', '3,4,x'),
    /takes 4 columns, but the training data have 3.*: a, b, y/,
  ],
  [
    'too many columns',
    recode((line) => `${line},extra,more`),
    /takes 4 columns, but the training data have 7/,
  ],
  [
    'text where numbers are wanted',
    withLines(header, first, second.replace('3', 'three'), ...rest),
    /column "sepal_width" holds string values such as "3.5", "three", but input "float_input" of the graph takes float32/,
  ],
  [
    'two columns of one name',
    withLines(header.replace('sepal_width', 'sepal_length'), first),
    /two columns are named "sepal_length"/,
  ],
  [
    'a column without a name',
    withLines(header.replace('sepal_width', ''), first),
    /column 2 has no name in the first line/,
  ],
  ['a row that is too short', withLines(header, first, '1,2,3', ...rest), /line 3/],
  ['a row that is too long', withLines(header, first, second, `${first},9`), /line 4/],
  ['a quote that never ends', withLines(header, `"${first}`), /quote/i],
  ['nothing but an empty line', Buffer.from('\n\n'), /the file is empty; the first line names the columns/],
  ['names but no row', withLines(header), /there is a line of names but no row of data/],
]

it.each(REFUSED_DATA)('refuses training data with %s', async (_, data, message) => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const refusal = await refusalOf(() => register(core, { projectId, model: IRIS.model, data }))
  expect(refusal).toEqual({ code: 'invalid', message: matching(message) })
  expect(core.projects.get(projectId).modelCount).toBe(0)
})

it.each([
  ['the first half of a file', 'truncated.onnx', 'invalid', /damaged or cut short/],
  ['an image', 'not-onnx.onnx', 'invalid', /png|image|not an onnx/i],
  ['weights in another file', 'external-data.onnx', 'unsupported', /external|other file|outside/i],
  ['an operator that nobody knows', 'unknown-operator.onnx', 'unsupported', /Frobnicate/],
  ['an operator of somebody else', 'custom-domain.onnx', 'unsupported', /com\.example/],
  ['an opset of the future', 'future-opset.onnx', 'unsupported', /99/],
  ['nothing but NaN for answers', 'nan-output.onnx', 'invalid', /NaN.*finite/],
])('refuses a model with %s', async (_, file, code, message) => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const data = withLines('a,b,c,y', '1,2,3,4', '2,3,4,5')
  expect(await refusalOf(() => register(core, { projectId, model: fixtureFile(file), data }))).toEqual({
    code,
    message: matching(message),
  })
  expect(core.projects.get(projectId).modelCount).toBe(0)
})

it('says which column a graph with an input per column misses', async () => {
  const { core } = workspace()
  const data = readFileSync(fixtureFile('columns.csv'), 'utf8').replace('balance', 'balance_eur')
  const refusal = await refusalOf(() =>
    register(core, {
      projectId: makeProject(core),
      model: fixtureFile('columns.onnx'),
      data: Buffer.from(data),
    }),
  )
  expect(refusal).toEqual({
    code: 'invalid',
    message: matching(/takes a column "balance", which the training data do not have/),
  })
})

it('refuses gaps in a column that reaches the graph as whole numbers, and counts them', async () => {
  const { core } = workspace()
  const data = readFileSync(fixtureFile('columns.csv'), 'utf8').replace('147.56,4,1', '147.56,,1')
  const refusal = await refusalOf(() =>
    register(core, {
      projectId: makeProject(core),
      model: fixtureFile('columns.onnx'),
      data: Buffer.from(data),
    }),
  )
  expect(refusal.message).toMatch(/column "visits" has 1 gaps/)
})

it('finds the target by the name people give it, wherever it stands, and else in the last column', async () => {
  const { core } = workspace()
  const targetOf = async (names: string, target: string | null = null): Promise<string | null> => {
    const data = withLines(names, '1,2,3,4,5', '2,3,4,5,6')
    const files = await upload(core, { projectId: '', model: IRIS.model, data, target })
    return (await core.models.inspect(files)).data!.targetColumn
  }
  expect(await targetOf('a,b,c,d,e')).toBe('e')
  expect(await targetOf('a,Target,c,d,e')).toBe('Target')
  expect(await targetOf('label,b,c,d,e')).toBe('label')
})

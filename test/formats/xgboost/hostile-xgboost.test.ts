import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { convertXgboostFile } from '../../../main/formats/xgboost/convert-file'
import { readUbjson } from '../../../main/formats/xgboost/ubjson'
import type { BoosterCase } from '../boosters'
import { readCases } from '../boosters'
import { convertMutations } from '../mutations'

const cases = readCases('xgb').at(-1)![1]
const fileOf = (name: string, form: BoosterCase['form']): Uint8Array =>
  cases.find((entry) => entry.name === name && entry.form === form)!.bytes

/** The parts of a model document that the tests damage. */
type Document = {
  learner: {
    learner_model_param: Record<string, string>
    objective: { name: string }
    gradient_booster: { name: string; model: { trees: Record<string, number[]>[]; tree_info: number[] } }
  }
}

/** Converts a model of poisson regression after a change. */
function convertChanged(change: (document: Document) => void): unknown {
  const document = JSON.parse(new TextDecoder().decode(fileOf('xgb-poisson', 'json'))) as Document
  change(document)
  return convertXgboostFile(new TextEncoder().encode(JSON.stringify(document)))
}

const firstTree = ({ learner }: Document) => learner.gradient_booster.model.trees[0]!

describe('damaged XGBoost files', () => {
  it.each([
    ['xgb-poisson', 'ubj'],
    ['xgb-poisson', 'json'],
    ['xgb-categories', 'ubj'],
    ['xgb-categories', 'json'],
  ] as const)('are refused or still run: %s.%s', async (name, form) => {
    const accepted = convertMutations(fileOf(name, form), 1000, (bytes) => convertXgboostFile(bytes, form))
    for (const bytes of accepted.slice(0, 40)) {
      const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 })
      await session.release()
    }
  })

  it.each<[string, (document: Document) => void, RegExp]>([
    ['a cycle', (document) => (firstTree(document).left_children![1] = 0), /two branches lead to node 0/],
    ['a node that is not there', (document) => (firstTree(document).right_children![0] = 999), /node 999/],
    ['a node before the first', (document) => (firstTree(document).left_children![0] = -7), /node -7/],
    ['half a node', (document) => (firstTree(document).left_children![0] = 1.5), /node 1.5/],
    ['a column beyond the last', (document) => (firstTree(document).split_indices![0] = 4), /column 4/],
    ['a column before the first', (document) => (firstTree(document).split_indices![0] = -1), /column -1/],
    [
      'lists of different lengths',
      (document) => firstTree(document).default_left!.pop(),
      /different lengths/,
    ],
    [
      'a class beyond the last',
      ({ learner }) => (learner.gradient_booster.model.tree_info[0] = 1),
      /class 1/,
    ],
    ['a base score out of range', ({ learner }) => (learner.learner_model_param.base_score = '-1'), /range/],
    ['no base score', ({ learner }) => delete learner.learner_model_param.base_score, /no base_score/],
    [
      'a billion columns',
      ({ learner }) => (learner.learner_model_param.num_feature = '1000000000'),
      /at most/,
    ],
    ['a billion classes', ({ learner }) => (learner.learner_model_param.num_class = '1000000000'), /at most/],
    ['an unknown objective', ({ learner }) => (learner.objective.name = 'toString'), /objective toString/],
    ['an unknown booster', ({ learner }) => (learner.gradient_booster.name = 'gbforest'), /"gbforest"/],
  ])('are refused for %s', (_, change, reason) => {
    expect(() => convertChanged(change)).toThrow(reason)
  })

  it('refuses a leaf without a value', () => {
    expect(() =>
      convertChanged((document) => {
        const tree = firstTree(document)
        tree.split_conditions![tree.left_children!.indexOf(-1)] = Number.NaN
      }),
    ).toThrow(/leaf \d+ has the value NaN/)
  })
})

describe('damaged UBJSON', () => {
  const read = (text: string) => () =>
    readUbjson(Uint8Array.from(text, (character) => character.charCodeAt(0)))

  it.each([
    ['nothing', '', /ends too early/],
    ['arrays without end', '['.repeat(100_000), /nested/],
    ['a list longer than the file', '[$d#l\x7f\xff\xff\xff', /beyond its end/],
    ['a list of nothings', '[$Z#l\x7f\xff\xff\xff', /without content/],
    ['a negative length', 'Si\xff', /no number from 0/],
    ['an unknown marker', '[q]', /unknown marker "q"/],
    ['bytes behind its end', 'TT', /1 bytes follow/],
    ['a length of its own type missing', '[$d]', /not its length/],
  ])('is refused for %s', (_, text, reason) => {
    expect(read(text)).toThrow(reason)
  })

  it('keeps a key that JavaScript treats specially', () => {
    expect(Object.keys(read('{i\x09__proto__T}')() as object)).toEqual(['__proto__'])
  })
})

describe('the old binary format', () => {
  it.each(['binf\x00\x00', 'bs64\tYWJj', 'CONFIG-offset:\x00\x00'])(
    'is refused with the way out: %j',
    (head) => {
      const bytes = Uint8Array.from(head, (character) => character.charCodeAt(0))
      expect(() => convertXgboostFile(bytes)).toThrow(/before 3\.1 and save it anew: booster\.save_model/)
    },
  )
})

import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { convertLightgbmFile } from '../../../main/formats/lightgbm/convert-file'
import { readCases } from '../boosters'
import { convertMutations } from '../mutations'

const cases = readCases('lgb').at(-1)![1]
const textOf = (name: string): string =>
  new TextDecoder().decode(cases.find((entry) => entry.name === name && entry.form === 'txt')!.bytes)

describe('damaged LightGBM files', () => {
  it.each(['lgb-categories', 'lgb-stopped', 'lgb-linear-leaves'])(
    'are refused or still run: %s',
    async (name) => {
      // The parameters make up most of a file and hardly matter.
      const text = textOf(name).replace(
        /\nfeature_importances:[^]*(?=\[categorical_feature)/,
        '\nparameters:\n',
      )
      const accepted = convertMutations(new TextEncoder().encode(text), 1000, (bytes) =>
        convertLightgbmFile(new TextDecoder().decode(bytes)),
      )
      expect(accepted.length).toBeLessThan(1000)
      for (const bytes of accepted.slice(0, 40)) {
        const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 })
        await session.release()
      }
    },
  )

  it.each([
    ['a cycle', /left_child=\S+/, 'left_child=0', /two branches lead to node 0/],
    ['a node that is not there', /left_child=\S+/, 'left_child=99', /node 99/],
    ['a leaf that is not there', /left_child=\S+/, 'left_child=-99', /node -99/],
    ['a column beyond the last', /split_feature=\S+/, 'split_feature=9', /column 9/],
    ['a leaf without a value', /leaf_value=\S+/, 'leaf_value=nan', /leaf_value holds something/],
    ['an infinite leaf', /leaf_value=\S+/, 'leaf_value=inf', /leaf has the value Infinity/],
    ['lists of other lengths', /threshold=\S+/, 'threshold=', /lists of other lengths/],
    ['a billion columns', /max_feature_idx=\d+/, 'max_feature_idx=1000000000', /at most/],
    ['a billion classes', /num_tree_per_iteration=\d+/, 'num_tree_per_iteration=1000000000', /at most/],
    [
      'trees for half a round',
      /num_tree_per_iteration=\d+/,
      'num_tree_per_iteration=5',
      /whole number of rounds/,
    ],
    ['an unknown objective', /objective=.*/, 'objective=magic', /objective magic/],
    ['names too few', /feature_names=\S+ /, 'feature_names=', /names for/],
    ['no end', /end of trees[^]*/, '', /cut off/],
  ])('are refused for %s', (_, pattern, replacement, reason) => {
    const text = textOf('lgb-zero')
    expect(text).toMatch(pattern)
    expect(() => convertLightgbmFile(text.replace(pattern, replacement))).toThrow(reason)
  })

  it('refuses a set of categories that is not there', () => {
    const text = textOf('lgb-categories').replace(/cat_boundaries=0 \d+/, 'cat_boundaries=0 999')
    expect(() => convertLightgbmFile(text)).toThrow(/no set \d+ of categories/)
  })
})

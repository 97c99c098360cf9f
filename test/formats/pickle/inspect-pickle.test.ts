import { describe, expect, it } from 'vitest'
import { inspectPickle } from '../../../main/formats/pickle/inspect-pickle'
import { judgeGlobal } from '../../../main/formats/pickle/judge-global'
import { readPickle } from '../../../main/formats/pickle/read-pickle'
import { readFixture } from './fixtures'

const inspectFixture = (name: string) => inspectPickle(readFixture(name))

describe.each([
  ['np1', '1.5.2'],
  ['np2', '1.9.1'],
])('what is inside a pipeline of scikit-learn (%s)', (label, version) => {
  const inspection = inspectFixture(`${label}-pipeline.joblib`)
  const [pipeline] = inspection.estimators
  const [columns, forest] = pipeline!.nested

  it('names the estimator, its version and its steps', () => {
    expect(inspection.root).toBe('sklearn.pipeline.Pipeline')
    expect(inspection.estimators).toHaveLength(1)
    expect(pipeline).toMatchObject({ name: 'Pipeline', library: 'sklearn', version, place: '', count: 1 })
    expect(pipeline!.nested.map(({ label: step, name }) => [step, name])).toEqual([
      ['columns', 'ColumnTransformer'],
      ['forest', 'RandomForestClassifier'],
    ])
    expect(columns!.nested.map(({ label: step, name }) => [step, name])).toEqual([
      ['numbers', 'StandardScaler'],
      ['words', 'OneHotEncoder'],
    ])
  })

  it('tells columns, classes and parameters', () => {
    expect(columns!.featureNames).toEqual(['age', 'income', 'debt', 'city'])
    expect(columns!.featureCount).toBe(4)
    expect(forest!.classes).toEqual(['no', 'yes'])
    expect(forest!.parameters).toContainEqual({ name: 'n_estimators', value: '4' })
    expect(forest!.parameters).toContainEqual({ name: 'criterion', value: '"gini"' })
    expect(columns!.nested[0]!.attributes).toContainEqual({
      name: 'scale_',
      type: 'float64 array',
      shape: [3],
    })
  })

  it('shows the trees of a forest as one line with a count', () => {
    expect(forest!.nested).toHaveLength(1)
    expect(forest!.nested[0]).toMatchObject({
      name: 'DecisionTreeClassifier',
      count: 4,
      place: 'estimators_[0]',
    })
  })

  it('calls it known', () => {
    expect(inspection.verdict).toBe('known')
    expect(inspection.advice).toBe('The file mentions only classes and functions of well-known libraries.')
    expect(inspection.problem).toBeNull()
    expect(inspection.isShortened).toBe(false)
  })

  it('finds models in the dict around them', () => {
    const dict = inspectFixture(`${label}-dict-p2.pkl`)
    expect(dict.contents.map(({ name, type }) => [name, type])).toEqual([
      ['"model"', 'sklearn.pipeline.Pipeline'],
      ['"boosting"', 'sklearn.ensemble._gb.GradientBoostingClassifier'],
      ['"features"', 'list of 4'],
      ['"threshold"', '0.4'],
    ])
    expect(dict.estimators.map(({ place, name }) => [place, name])).toEqual([
      ['["model"]', 'Pipeline'],
      ['["boosting"]', 'GradientBoostingClassifier'],
    ])
  })

  it.each([0, 2, 5])('tells the same of protocol %i', (protocol) => {
    const { estimators, contents } = inspectFixture(`${label}-dict-p${protocol}.pkl`)
    const other = inspectFixture(`${label}-dict-p2.pkl`)
    expect({ estimators, contents }).toEqual({ estimators: other.estimators, contents: other.contents })
  })

  it('looks into histogram boosting and compressed files', () => {
    expect(inspectFixture(`${label}-histogram.pkl`).estimators[0]).toMatchObject({
      name: 'HistGradientBoostingClassifier',
      featureCount: 3,
      classes: ['no', 'yes'],
    })
    const boosting = inspectFixture(`${label}-boosting.zlib.joblib`)
    expect(boosting).toMatchObject({ compression: 'zlib', wrapper: 'joblib', verdict: 'known' })
    expect(boosting.estimators[0]!.nested.map(({ name, count }) => [name, count])).toEqual([
      ['DummyClassifier', 1],
      ['DecisionTreeRegressor', 2],
    ])
  })
})

describe('a verdict', () => {
  it.each([
    ['numpy.core.multiarray', '_reconstruct', 'data'],
    ['builtins', 'slice', 'data'],
    ['datetime', 'datetime', 'data'],
    ['sklearn.svm._classes', 'SVC', 'known'],
    ['sklearn._loss._loss', '__pyx_unpickle_CyHalfBinomialLoss', 'known'],
    ['numpy.random._pickle', '__randomstate_ctor', 'known'],
    ['numpy', 'log1p', 'known'],
    ['xgboost.core', 'Booster', 'known'],
    ['scipy.sparse._csr', 'csr_matrix', 'known'],
    ['torch._utils', '_rebuild_tensor_v2', 'known'],
    ['__main__', 'MyModel', 'unknown'],
    ['company.models', 'Scorer', 'unknown'],
    ['numpy', 'load', 'dangerous'],
    ['numpy', 'core.os.system', 'dangerous'],
    ['sklearn', '__builtins__.eval', 'dangerous'],
    ['builtins', 'eval.__call__', 'dangerous'],
  ] as const)('on %s.%s is %s', (module, name, verdict) => {
    expect(judgeGlobal({ module, name }).verdict).toBe(verdict)
  })

  it("names someone's own code, and says what loading it would mean", () => {
    const inspection = inspectPickle(Buffer.from('c__main__\nScorer\n)\x81.', 'latin1'))
    expect(inspection.verdict).toBe('unknown')
    expect(inspection.globals[0]).toMatchObject({
      calls: ['__main__.Scorer()'],
      reason: 'It was defined in the script that saved the file.',
    })
    expect(inspection.advice).toMatch(/runs code of __main__\.Scorer/)
  })

  it('says of plain data that it is nothing but data', () => {
    expect(inspectPickle(Buffer.from('(lp0\nI1\na.')).advice).toBe('The file holds nothing but data.')
  })
})

describe('a damaged pickle', () => {
  it('is told as far as it goes, because Python would run what stands before the fault', () => {
    const inspection = inspectPickle(Buffer.from('cposix\nsystem\n(Vid\ntRq'))
    expect(inspection).toMatchObject({ root: 'a damaged pickle', verdict: 'dangerous', estimators: [] })
    expect(inspection.problem).toMatch(/ends too early.*at byte/)
    expect(inspection.globals[0]!.calls).toEqual(['posix.system("id")'])
  })

  it('is refused when it mentions nothing', () => {
    expect(() => inspectPickle(Buffer.from('(I1\n'))).toThrow(/ends too early/)
  })
})

it('reads a forest of five megabytes quickly', () => {
  const tree = readFixture('np2-dict-p5.pkl')
  const copies = Math.ceil(5_000_000 / tree.length)
  // PROTO and STOP may stand anywhere but STOP only at the end: the copies become the items of one tuple.
  const file = Buffer.concat([
    Buffer.from('('),
    ...Array.from({ length: copies }, () => tree.subarray(0, -1)),
    Buffer.from('t.'),
  ])
  readPickle(file)
  const start = performance.now()
  readPickle(file)
  expect(performance.now() - start).toBeLessThan(3_000)
})

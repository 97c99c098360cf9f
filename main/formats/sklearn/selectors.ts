// Transformers that keep some of the columns.
import type { Conversion, Converter, ConverterTable, InputColumn } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { pickColumns } from './frame'
import { readImportances } from './importances'
import { isAtLeast } from './version'

/** Which columns stay, one flag per column. */
type ReadMask = (selector: Estimator) => boolean[]

/** Scores that could not be computed come last, as in scikit-learn. */
const readScores = (selector: Estimator): number[] =>
  Array.from(selector.numbers('scores_').values, (score) => (Number.isNaN(score) ? -Number.MAX_VALUE : score))

const readPValues = (selector: Estimator): number[] => Array.from(selector.numbers('pvalues_').values)

/** Of equal scores the later ones, since a stable ascending sort is cut from its end. */
function keepBest(scores: readonly number[], count: number): boolean[] {
  const order = scores.map((_, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b)
  const kept = new Set(order.slice(Math.max(0, order.length - count)))
  return scores.map((_, index) => kept.has(index))
}

/** numpy's default percentile: linear between the two neighbours. */
function findPercentile(scores: readonly number[], percent: number): number {
  const sorted = [...scores].sort((a, b) => a - b)
  const place = ((sorted.length - 1) * percent) / 100
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  const part = place - Math.floor(place)
  const step = high - low
  return part >= 0.5 ? high - step * (1 - part) : low + step * part
}

function keepPercentile(scores: readonly number[], percentile: number): boolean[] {
  if (percentile === 100) return scores.map(() => true)
  if (percentile === 0) return scores.map(() => false)
  const threshold = findPercentile(scores, 100 - percentile)
  const mask = scores.map((score) => score > threshold)
  let free = Math.trunc((scores.length * percentile) / 100) - mask.filter(Boolean).length
  const hasRoom = free > 0
  return scores.map((score, index) => mask[index] === true || (hasRoom && score === threshold && free-- > 0))
}

/** Benjamini-Hochberg. */
function keepByDiscoveryRate(values: readonly number[], alpha: number): boolean[] {
  const sorted = [...values].sort((a, b) => a - b)
  const accepted = sorted.filter((value, index) => value <= (alpha / values.length) * (index + 1))
  const most = accepted.at(-1) ?? Number.NEGATIVE_INFINITY
  return values.map((value) => value <= most)
}

function keepByRule(selector: Estimator, mode: string, parameter: string): boolean[] {
  switch (mode) {
    case 'k_best':
      return selector.get(parameter) === 'all'
        ? readScores(selector).map(() => true)
        : keepBest(readScores(selector), selector.number(parameter))
    case 'percentile':
      return keepPercentile(readScores(selector), selector.number(parameter))
    case 'fpr':
      return readPValues(selector).map((value) => value < selector.number(parameter))
    case 'fdr':
      return keepByDiscoveryRate(readPValues(selector), selector.number(parameter))
    case 'fwe':
      return readPValues(selector).map((value, _, all) => value < selector.number(parameter) / all.length)
    default:
      return selector.refuse(`it knows no mode ${mode}`)
  }
}

const readSupport: ReadMask = (selector) =>
  Array.from(selector.numbers('support_').values, (flag) => flag !== 0)

const keepVarying: ReadMask = (selector) =>
  Array.from(selector.numbers('variances_').values, (value) => value > selector.numberOr('threshold', 0))

const isOne = (value: number): boolean => Math.abs(value - 1) <= 1e-8 + 1e-5

/** Whether a model was fitted to leave columns at zero, as scikit-learn decides it. */
function isSparse(model: Estimator): boolean {
  const isRatioOne = (name: string): boolean => model.has(name) && model.numbers(name).values.every(isOne)
  if (model.textOr('penalty', '') === 'l1' || model.name.includes('Lasso')) return true
  const isNew = isAtLeast(model, 1, 8)
  if (model.name === 'ElasticNet' || (isNew && model.name === 'LogisticRegression'))
    return isRatioOne('l1_ratio')
  if (model.name === 'ElasticNetCV' || (isNew && model.name === 'LogisticRegressionCV'))
    return isRatioOne('l1_ratio_')
  return false
}

function readThreshold(selector: Estimator, model: Estimator, scores: readonly number[]): number {
  const given = selector.get('threshold')
  if ((given === undefined || given === null) && isSparse(model)) return 1e-5
  if (typeof given === 'number') return given
  const [factor, reference] =
    typeof given === 'string' && given.includes('*') ? given.split('*') : ['1', given]
  const name = typeof reference === 'string' ? reference.trim() : 'mean'
  if (name === 'median') return Number(factor) * findPercentile(scores, 50)
  if (name !== 'mean') return selector.refuse(`it knows no threshold ${name}`)
  return Number(factor) * (scores.reduce((sum, score) => sum + score, 0) / scores.length)
}

const readModel = (selector: Estimator): Estimator =>
  selector.has('estimator_') ? selector.estimator('estimator_') : selector.estimator('estimator')

const keepImportant: ReadMask = (selector) => {
  if (selector.textOr('importance_getter', 'auto') !== 'auto')
    return selector.refuse('it takes importances in a way of its own (importance_getter)')
  const model = readModel(selector)
  const scores = readImportances(selector, model, selector.numberOr('norm_order', 1))
  const threshold = readThreshold(selector, model, scores)
  const most = selector.numberOr('max_features_', null) ?? selector.numberOr('max_features', null)
  const best = new Set(
    scores
      .map((_, index) => index)
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      .slice(0, most ?? scores.length),
  )
  return scores.map((score, index) => best.has(index) && score >= threshold)
}

function buildConverter(readMask: ReadMask, acceptsMissing: boolean): Converter {
  const readKept = (selector: Estimator): number[] =>
    readMask(selector).flatMap((isKept, index) => (isKept ? [index] : []))
  const keep = (conversion: Conversion, selector: Estimator, frame: Frame): Frame =>
    pickColumns(conversion.builder, frame, readKept(selector))
  return {
    inputs: (selector) => {
      const names = selector.featureNames
      return readMask(selector).map((_, index): InputColumn => {
        const name = names?.[index] ?? null
        return { name, type: 'float64', isTypeOpen: true, acceptsMissing }
      })
    },
    passes: (selector) =>
      readKept(selector).map((column) => ({ column, isUnchanged: true, keepsMissing: true })),
    transform: keep,
  }
}

/** Selectors with a model of their own predict by it: it was fitted on the columns that stay. */
function withModel(converter: Converter): Converter {
  const { transform } = converter
  return {
    ...converter,
    predict: (conversion, selector, frame) =>
      conversion.predict(selector.estimator('estimator_'), transform?.(conversion, selector, frame) ?? frame),
  }
}

const byRule = (mode: string, parameter: string): Converter =>
  buildConverter((selector) => keepByRule(selector, mode, parameter), false)

export const SELECTOR_CONVERTERS: ConverterTable = {
  'sklearn.SelectKBest': byRule('k_best', 'k'),
  'sklearn.SelectPercentile': byRule('percentile', 'percentile'),
  'sklearn.SelectFpr': byRule('fpr', 'alpha'),
  'sklearn.SelectFdr': byRule('fdr', 'alpha'),
  'sklearn.SelectFwe': byRule('fwe', 'alpha'),
  'sklearn.GenericUnivariateSelect': buildConverter(
    (selector) => keepByRule(selector, selector.textOr('mode', 'percentile'), 'param'),
    false,
  ),
  'sklearn.VarianceThreshold': buildConverter(keepVarying, true),
  'sklearn.SelectFromModel': buildConverter(keepImportant, false),
  'sklearn.RFE': withModel(buildConverter(readSupport, false)),
  'sklearn.RFECV': withModel(buildConverter(readSupport, false)),
  'sklearn.SequentialFeatureSelector': buildConverter(readSupport, false),
}

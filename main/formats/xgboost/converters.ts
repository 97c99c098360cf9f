import { readClasses } from '../sklearn/class-labels'
import type { ClassLabels, Converter, ConverterTable } from '../sklearn/conversion'
import { Estimator } from '../sklearn/estimator'
import type { Booster } from './booster'
import { readBooster } from './booster'
import { isClassifying } from './objectives'
import { inputsOf, predictBooster } from './predict-booster'
import { readXgboostDocument } from './xgboost-file'

const read = new WeakMap<Estimator, Booster>()

/**
 * The booster of an estimator, or of a Booster itself: bytes of UBJSON, or of JSON before 1.6. Read once, because
 * columns are asked for before the answer.
 */
function boosterOf(estimator: Estimator, isBooster: boolean): Booster {
  const known = read.get(estimator)
  if (known !== undefined) return known
  const pickled = isBooster ? estimator : estimator.estimator('_Booster')
  const handle = pickled.get('handle')
  if (!(handle instanceof Uint8Array)) return estimator.refuse('it holds no model (handle); was it fitted?')
  const refuse = (reason: string): never => estimator.refuse(reason)
  const booster = withNames(readBooster(readXgboostDocument(handle), refuse), pickled)
  read.set(estimator, booster)
  return booster
}

/** Before 1.5 the names of the columns stood in the Python object alone. */
function withNames(booster: Booster, pickled: Estimator): Booster {
  if (booster.columns.some(({ name }) => name !== null) || !pickled.has('feature_names')) return booster
  const names = pickled.items('feature_names').flatMap((name) => (typeof name === 'string' ? [name] : []))
  if (names.length !== booster.columns.length || new Set(names).size !== names.length) return booster
  const columns = booster.columns.map((column, index) => ({ ...column, name: names[index] ?? null }))
  return { ...booster, columns }
}

function readLabels(estimator: Estimator): ClassLabels | null {
  const encoder = estimator.has('_le') ? Estimator.from(estimator.get('_le')) : null
  if (encoder?.has('classes_') === true) return readClasses(encoder)
  return estimator.has('classes_') ? readClasses(estimator) : null
}

type Reading = {
  readonly isBooster: boolean
  readonly isClassifier: (booster: Booster) => boolean
}

/** XGBClassifier and its like predict with the rounds up to the best one; a Booster of its own with all. */
const makeConverter = ({ isBooster, isClassifier }: Reading): Converter => ({
  inputs: (estimator) => inputsOf(boosterOf(estimator, isBooster)),
  acceptsMissing: () => true,
  predict: (conversion, estimator, frame) => {
    const booster = boosterOf(estimator, isBooster)
    const { bestIteration: best } = booster
    const use = {
      isClassifier: isClassifier(booster),
      classes: isClassifier(booster) && !isBooster ? readLabels(estimator) : null,
      rounds: best === null || isBooster ? null : best + 1,
      missing: isBooster ? Number.NaN : estimator.numberOr('missing', Number.NaN),
      refuse: (reason: string) => estimator.refuse(reason),
    }
    return predictBooster(conversion, frame, { booster, use })
  },
})

const classifier = makeConverter({ isBooster: false, isClassifier: () => true })
const regressor = makeConverter({ isBooster: false, isClassifier: () => false })

export const XGBOOST_CONVERTERS: ConverterTable = {
  'xgboost.XGBClassifier': classifier,
  'xgboost.XGBRFClassifier': classifier,
  'xgboost.XGBRegressor': regressor,
  'xgboost.XGBRFRegressor': regressor,
  'xgboost.XGBRanker': regressor,
  'xgboost.Booster': makeConverter({
    isBooster: true,
    isClassifier: ({ objective }) => isClassifying(objective),
  }),
}

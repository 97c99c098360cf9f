import { readClasses } from '../sklearn/class-labels'
import type { ClassLabels, Converter, ConverterTable } from '../sklearn/conversion'
import type { Estimator } from '../sklearn/estimator'
import type { LightgbmModel } from './model'
import { readLightgbmModel } from './model'
import { isClassifying } from './objectives'
import { inputsOf, predictModel } from './predict-model'

type Pickled = { readonly model: LightgbmModel; readonly rounds: number | null }

const read = new WeakMap<Estimator, Pickled>()

/**
 * The model of an estimator, or of a Booster itself, which is the text of a model file. Predictions end with the best
 * round, if one was found. Read once, because columns are asked for before the answer.
 */
function pickledIn(estimator: Estimator, isBooster: boolean): Pickled {
  const known = read.get(estimator)
  if (known !== undefined) return known
  const booster = isBooster ? estimator : estimator.estimator('_Booster')
  const text = booster.textOr('handle', null) ?? booster.textOr('_handle', null)
  if (text === null) return estimator.refuse('it holds no model (handle); was it fitted?')
  const best = booster.numberOr('best_iteration', 0)
  const model = readLightgbmModel(text, (reason) => estimator.refuse(reason))
  const pickled = { model, rounds: best > 0 ? best : null }
  read.set(estimator, pickled)
  return pickled
}

function readLabels(estimator: Estimator): ClassLabels | null {
  if (estimator.has('_le')) return readClasses(estimator.estimator('_le'))
  return estimator.has('_classes') ? readClasses(estimator, '_classes') : null
}

const makeConverter = (
  isBooster: boolean,
  isClassifier: (model: LightgbmModel) => boolean,
  labelsOf: (estimator: Estimator) => ClassLabels | null,
): Converter => ({
  inputs: (estimator) => inputsOf(pickledIn(estimator, isBooster).model),
  acceptsMissing: () => true,
  predict: (conversion, estimator, frame) => {
    const { model, rounds } = pickledIn(estimator, isBooster)
    const use = {
      isClassifier: isClassifier(model),
      classes: labelsOf(estimator),
      rounds,
      refuse: (reason: string) => estimator.refuse(reason),
    }
    return predictModel(conversion, frame, { model, use })
  },
})

const regressor = makeConverter(
  false,
  () => false,
  () => null,
)

export const LIGHTGBM_CONVERTERS: ConverterTable = {
  'lightgbm.LGBMClassifier': makeConverter(false, () => true, readLabels),
  'lightgbm.LGBMRegressor': regressor,
  'lightgbm.LGBMRanker': regressor,
  'lightgbm.Booster': makeConverter(
    true,
    ({ objective }) => isClassifying(objective),
    () => null,
  ),
}

import type { ConvertedEstimator } from '../sklearn/convert'
import { convertWith } from '../sklearn/convert'
import { readLightgbmModel } from './model'
import { isClassifying } from './objectives'
import { inputsOf, predictModel } from './predict-model'
import { refuseModel } from './refuse-model'

/**
 * Converts the text of a LightGBM model file to ONNX. Classes are numbered, because the file does not hold their labels.
 * @throws WorkstationError invalid, unsupported or too_large, with the reason
 */
export function convertLightgbmFile(text: string): ConvertedEstimator {
  const model = readLightgbmModel(text, refuseModel)
  const use = {
    isClassifier: isClassifying(model.objective),
    classes: null,
    rounds: null,
    refuse: refuseModel,
  }
  return convertWith(inputsOf(model), (conversion, frame) => predictModel(conversion, frame, { model, use }))
}

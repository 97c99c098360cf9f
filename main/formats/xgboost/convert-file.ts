import type { ClassLabels } from '../sklearn/conversion'
import type { ConvertedEstimator } from '../sklearn/convert'
import { convertWith } from '../sklearn/convert'
import type { Booster } from './booster'
import { readBooster } from './booster'
import { isClassifying } from './objectives'
import { inputsOf, predictBooster } from './predict-booster'
import { refuseBooster } from './refuse-booster'
import type { XgboostFileKind } from './xgboost-file'
import { readXgboostDocument } from './xgboost-file'

type Wrapped = {
  readonly isClassifier: boolean | null
  readonly classes: ClassLabels | null
  readonly missing: number
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readLabels(list: unknown): ClassLabels | null {
  if (!Array.isArray(list) || list.length === 0) return null
  const values: readonly unknown[] = list
  if (values.every((value): value is number => Number.isSafeInteger(value)))
    return { type: 'int64', labels: values }
  return values.every((value) => typeof value === 'string') ? { type: 'string', labels: values } : null
}

/** What XGBClassifier.save_model and its like note beside the model; before 2.0 its parameters, before 1.6 the class labels too. */
function readWrapped({ sklearn }: Booster): Wrapped {
  if (!isRecord(sklearn)) return { isClassifier: null, classes: null, missing: Number.NaN }
  const { _estimator_type: type, _le: encoder, classes_: classes, missing } = sklearn
  return {
    isClassifier: typeof type === 'string' ? type === 'classifier' : null,
    missing: typeof missing === 'number' ? missing : Number.NaN,
    classes: readLabels(isRecord(encoder) ? encoder.classes_ : classes),
  }
}

/**
 * Converts a `.ubj` or `.json` file of XGBoost to ONNX. After early stopping it predicts with the best round, as
 * XGBClassifier and its like do once they loaded the file.
 * @param kind taken where the file's start does not tell
 * @throws WorkstationError invalid, unsupported or too_large, with the reason
 */
export function convertXgboostFile(
  bytes: Uint8Array,
  kind: XgboostFileKind | null = null,
): ConvertedEstimator {
  const booster = readBooster(readXgboostDocument(bytes, kind), refuseBooster)
  const wrapped = readWrapped(booster)
  const isClassifier = wrapped.isClassifier ?? isClassifying(booster.objective)
  const use = {
    isClassifier,
    classes: isClassifier ? wrapped.classes : null,
    rounds: booster.bestIteration === null ? null : booster.bestIteration + 1,
    missing: wrapped.missing,
    refuse: refuseBooster,
  }
  return convertWith(inputsOf(booster), (conversion, frame) =>
    predictBooster(conversion, frame, { booster, use }),
  )
}

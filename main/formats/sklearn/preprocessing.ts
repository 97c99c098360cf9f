// Everything that prepares columns for a model.
import { CODE_CONVERTERS } from './code-encoders'
import { COLUMN_CONVERTERS } from './column-transformer'
import type { Converter, ConverterTable } from './conversion'
import { DISCRETIZER_CONVERTERS } from './discretizer'
import { FUNCTION_CONVERTERS } from './function-transformer'
import { IMPUTER_CONVERTERS } from './imputers'
import { ONE_HOT_CONVERTERS } from './one-hot-encoder'
import { PIPELINE_CONVERTERS } from './pipeline'
import { POLYNOMIAL_CONVERTERS } from './polynomial-features'
import { POWER_CONVERTERS } from './power-transformer'
import { QUANTILE_CONVERTERS } from './quantile-transformer'
import { SCALER_CONVERTERS } from './scalers'
import { SELECTOR_CONVERTERS } from './selectors'

const refuse = (reason: string): Converter => ({ inputs: (estimator) => estimator.refuse(reason) })

const AS_ONNX = 'save the pipeline as ONNX in Python (skl2onnx) if that can do it, or replace the step'

/** Known, and known not to be exact as operators: better told apart from "there is no converter". */
const REFUSED: ConverterTable = {
  'sklearn.KNNImputer': refuse(
    `it looks for neighbours in the training data for every missing value; use SimpleImputer, or ${AS_ONNX}`,
  ),
  'sklearn.IterativeImputer': refuse(
    `it asks a model of its own for every missing value; use SimpleImputer, or ${AS_ONNX}`,
  ),
  'sklearn.SplineTransformer': refuse(
    `splines are not written as operators; use KBinsDiscretizer or PolynomialFeatures, or ${AS_ONNX}`,
  ),
  'sklearn.LabelEncoder': refuse(
    'it encodes targets, not columns; pickle the model that was fitted on the labels',
  ),
  'sklearn.LabelBinarizer': refuse(
    'it encodes targets, not columns; pickle the model that was fitted on the labels',
  ),
  'sklearn.MultiLabelBinarizer': refuse(
    'it encodes targets, not columns; pickle the model that was fitted on the labels',
  ),
}

export const PREPROCESSING_CONVERTERS: ConverterTable = {
  ...PIPELINE_CONVERTERS,
  ...COLUMN_CONVERTERS,
  ...SCALER_CONVERTERS,
  ...POWER_CONVERTERS,
  ...QUANTILE_CONVERTERS,
  ...IMPUTER_CONVERTERS,
  ...ONE_HOT_CONVERTERS,
  ...CODE_CONVERTERS,
  ...DISCRETIZER_CONVERTERS,
  ...POLYNOMIAL_CONVERTERS,
  ...SELECTOR_CONVERTERS,
  ...FUNCTION_CONVERTERS,
  ...REFUSED,
}

// All converters of models that are made of matrices.
import { CLUSTERERS } from './clusters'
import type { ConverterTable } from './conversion'
import { DECOMPOSITIONS } from './decompositions'
import { GAUSSIANS } from './gaussians'
import { ISOTONIC } from './isotonic'
import { LINEAR_CLASSIFIERS } from './linear-classifiers'
import { LINEAR_REGRESSORS } from './linear-regressors'
import { NAIVE_BAYES } from './naive-bayes'
import { NEIGHBOURS } from './neighbours'
import { PERCEPTRONS } from './perceptrons'
import { SUPPORT_VECTORS } from './support-vectors'
import { WRAPPED_REGRESSORS } from './wrapped-regressors'

export const MATRIX_CONVERTERS: ConverterTable = {
  ...LINEAR_REGRESSORS,
  ...WRAPPED_REGRESSORS,
  ...LINEAR_CLASSIFIERS,
  ...NAIVE_BAYES,
  ...GAUSSIANS,
  ...SUPPORT_VECTORS,
  ...NEIGHBOURS,
  ...PERCEPTRONS,
  ...CLUSTERERS,
  ...DECOMPOSITIONS,
  ...ISOTONIC,
}

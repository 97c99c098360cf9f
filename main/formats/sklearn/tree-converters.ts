import type { ConverterTable } from './conversion'
import { ADABOOST } from './meta/adaboost'
import { BAGGING } from './meta/bagging'
import { CALIBRATION } from './meta/calibration'
import { ONE_VS_OTHERS } from './meta/one-vs-others'
import { SEARCH } from './meta/search'
import { STACKING } from './meta/stacking'
import { VOTING } from './meta/voting'
import { DECISION_TREES } from './trees/decision-trees'
import { DUMMIES } from './trees/dummy'
import { GRADIENT_BOOSTING } from './trees/gradient-boosting'
import { HIST_GRADIENT_BOOSTING } from './trees/hist-gradient-boosting'
import { ISOLATION_FOREST } from './trees/isolation-forest'

/** Trees, and estimators that are made of other estimators. */
export const TREE_CONVERTERS: ConverterTable = {
  ...DECISION_TREES,
  ...GRADIENT_BOOSTING,
  ...HIST_GRADIENT_BOOSTING,
  ...ISOLATION_FOREST,
  ...DUMMIES,
  ...ADABOOST,
  ...BAGGING,
  ...VOTING,
  ...STACKING,
  ...SEARCH,
  ...CALIBRATION,
  ...ONE_VS_OTHERS,
}

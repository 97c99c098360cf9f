import { LIGHTGBM_CONVERTERS } from '../lightgbm/converters'
import { XGBOOST_CONVERTERS } from '../xgboost/converters'
import type { Converter, ConverterTable } from './conversion'
import type { Estimator } from './estimator'
import { MATRIX_CONVERTERS } from './matrix-models'
import { PREPROCESSING_CONVERTERS } from './preprocessing'
import { TREE_CONVERTERS } from './tree-converters'

/** Every class that can be converted, room by room. */
const TABLES: readonly ConverterTable[] = [
  PREPROCESSING_CONVERTERS,
  TREE_CONVERTERS,
  MATRIX_CONVERTERS,
  XGBOOST_CONVERTERS,
  LIGHTGBM_CONVERTERS,
]

const CONVERTERS: ReadonlyMap<string, Converter> = new Map(TABLES.flatMap((table) => Object.entries(table)))

/** The converter of an estimator's class, or undefined. A class of the same name in someone else's module is not meant. */
export function findConverter(estimator: Estimator): Converter | undefined {
  return CONVERTERS.get(`${estimator.library}.${estimator.name}`)
}

/** Names of the classes that can be converted, sorted. */
export const convertibleClasses = (): string[] => [...CONVERTERS.keys()].sort()

import type { Converter, ConverterTable } from './conversion'
import type { Estimator } from './estimator'

/** Every class that can be converted, room by room. */
const TABLES: readonly ConverterTable[] = []

const CONVERTERS: ReadonlyMap<string, Converter> = new Map(TABLES.flatMap((table) => Object.entries(table)))

/** The converter of an estimator's class, or undefined. A class of the same name in someone else's module is not meant. */
export function findConverter(estimator: Estimator): Converter | undefined {
  return CONVERTERS.get(`${estimator.library}.${estimator.name}`)
}

/** Names of the classes that can be converted, sorted. */
export const convertibleClasses = (): string[] => [...CONVERTERS.keys()].sort()

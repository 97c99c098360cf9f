import { readValues } from '../pickle/numpy'
import type { ClassLabels } from './conversion'
import type { Estimator } from './estimator'

/** A float as Python writes it, e.g. 2.0, 1e-05. */
function writeFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16))
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

function writeLabel(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'number' ? writeFloat(value) : null
}

/**
 * The class labels of a classifier or a LabelEncoder, in the order of its score columns. Whole numbers stay numbers;
 * everything else becomes the text that Python shows: `True`, `0.5`.
 * @param attribute where they stand, usually `classes_`
 * @throws WorkstationError unsupported for several outputs (a list of arrays) and for labels that are no plain values
 */
export function readClasses(estimator: Estimator, attribute = 'classes_'): ClassLabels {
  const several = estimator.get(attribute)
  if (typeof several === 'object' && several !== null && 'kind' in several && several.kind === 'list')
    return estimator.refuse(
      `it predicts several outputs at once (${attribute} is a list); train one model per output`,
    )
  const array = estimator.array(attribute)
  if (array.shape.length !== 1 || array.shape[0] === 0)
    return estimator.refuse(`${attribute} has shape [${array.shape.join(', ')}]; expected a list of labels`)
  const values = readValues(array)
  if (values.every((value): value is number => typeof value === 'number' && Number.isSafeInteger(value)))
    return { type: 'int64', labels: values }
  const labels = values.map(
    (value) =>
      writeLabel(value) ?? estimator.refuse(`${attribute} holds a label that is no number, text or boolean`),
  )
  return { type: 'string', labels }
}

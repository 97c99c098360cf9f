import type { Importance, ImportanceSummary } from '../../../main/core/importance/importance'
import type { RankBar } from '../../components/charts/rank-bars'
import { formatCount } from '../../format'
import { METHODS } from './explanation-text'

/** Below this a feature works in no direction that could be named. */
const CLEAR_DIRECTION = 0.3

/** Which way the contributions go as the values rise. */
export function describeDirection(direction: number | null): string {
  if (direction === null) return ''
  if (direction >= CLEAR_DIRECTION) return '↑ higher raises'
  return direction <= -CLEAR_DIRECTION ? '↓ higher lowers' : '↕ mixed'
}

/** The features by their importance for a class, or over all classes (null). */
export function rankFeatures({ classes, features }: Importance, label: string | null): RankBar[] {
  const [only] = classes
  const own = classes.length === 1 ? only : classes.find((each) => each.label === label)
  const bars: RankBar[] =
    own === undefined
      ? features.map(({ feature, meanAbsolute, share }) => ({
          key: feature,
          value: meanAbsolute,
          share,
          note: '',
        }))
      : own.features.map(({ feature, meanAbsolute, share, direction }) => ({
          key: feature,
          value: meanAbsolute,
          share,
          note: describeDirection(direction),
        }))
  return bars.sort((left, right) => right.value - left.value)
}

/** Where a class stands in the contributions: the wanted one, or the one that the feature moves most. */
export function findClass({ classes }: Importance, feature: string, label: string | null): number {
  const wanted = classes.findIndex((each) => each.label === label)
  if (wanted >= 0 && label !== null) return wanted
  const sizes = classes.map(
    ({ features }) => features.find((each) => each.feature === feature)?.meanAbsolute ?? 0,
  )
  return Math.max(0, sizes.indexOf(Math.max(...sizes)))
}

const UNITS: Readonly<Record<ImportanceSummary['space'], string>> = {
  'log-odds': 'log-odds',
  probability: 'probability',
  logarithm: 'the logarithm of the answer',
  value: 'units of the answer',
}

export const unitOf = ({ space }: Pick<ImportanceSummary, 'space'>): string => UNITS[space]

/** The rows, the units and the way of an importance. */
export function describeImportance(summary: ImportanceSummary): string {
  const { rows, source, skipped, backgroundRows, method } = summary
  const where = source === 'training' ? 'rows of the training data' : 'predictions of the log'
  const left = skipped === 0 ? '' : ` (${formatCount(skipped)} without a readable record left out)`
  const against =
    backgroundRows > 0 ? `, compared with ${formatCount(backgroundRows)} rows of the training data` : ''
  return `Mean size of the contributions over ${formatCount(rows)} ${where}${left}, in ${unitOf(summary)}. ${METHODS[method]}${against}.`
}

import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconTerminal2 } from '@tabler/icons-react'
import type { ModelVersion, Verification } from '../../../main/core/models/model'
import { Mark } from '../../components/status'
import { formatNumber, formatQuantity } from '../../format'

const FORMAT_NAMES = { pickle: 'Pickle', xgboost: 'XGBoost', lightgbm: 'LightGBM' } as const

/** What the file was that a version was made from. */
export function formatName({ conversion }: Pick<ModelVersion, 'conversion'>): string {
  if (conversion === null) return 'ONNX'
  return conversion.packing.startsWith('joblib') ? 'joblib' : FORMAT_NAMES[conversion.format]
}

/** How far the answers of a version can be trusted to be the original's; nothing where there is nothing to say. */
export function VerificationBadge({
  verification,
  isConverted,
  isShort = false,
}: {
  readonly verification: Verification | null
  readonly isConverted: boolean
  /** The verdict alone, where the numbers stand beside it. */
  readonly isShort?: boolean
}) {
  if (verification === null) {
    if (!isConverted) return null
    return <Mark look={{ label: 'Converted, not verified', tone: 'watch', icon: IconCircleDashed }} />
  }
  const { verdict, rows, maxDifference, labelFlips } = verification
  if (verdict === 'failed') {
    const label = isShort ? 'Differs' : describeFailure(labelFlips)
    return <Mark look={{ label, tone: 'bad', icon: IconAlertTriangle }} />
  }
  const difference = maxDifference === null ? '' : `, max difference ${formatNumber(maxDifference)}`
  const label = isShort ? 'Verified' : `Verified on ${formatQuantity(rows, 'row')}${difference}`
  return <Mark look={{ label, tone: 'good', icon: IconCircleCheck }} />
}

function describeFailure(labelFlips: number): string {
  if (labelFlips === 0) return 'Differs from the original'
  return `Differs: ${formatQuantity(labelFlips, 'other label')}`
}

/** Where a version comes from and how it was checked, in a few marks. */
export function VersionBadges({ version }: { readonly version: ModelVersion }) {
  const { conversion, verification } = version
  return (
    <span className="pl-badges">
      <span className="pl-chip">{formatName(version)}</span>
      {conversion?.ranCode === true && (
        <Mark look={{ label: 'Converted in Python', tone: 'neutral', icon: IconTerminal2 }} />
      )}
      <VerificationBadge verification={verification} isConverted={conversion !== null} />
    </span>
  )
}

import { Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArchive,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconEye,
  IconFlask,
  IconHourglassLow,
  IconPencil,
  IconRocket,
  IconX,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { Deployment, DeploymentStatus, Stage } from '../../main/core/deployments/deployment'
import type { JobStatus } from '../../main/core/jobs/job'
import type { PolicyStatus } from '../../main/core/privacy/policy'
import type { DriftSnapshot } from '../../main/core/monitoring/snapshot'
import './status.css'

export type OverallDrift = DriftSnapshot['overallStatus']
type Tone = 'good' | 'watch' | 'bad' | 'neutral' | 'accent'
type Look = { readonly label: string; readonly tone: Tone; readonly icon: Icon }

const STAGE_LOOKS: Record<Stage, Look> = {
  production: { label: 'Production', tone: 'accent', icon: IconRocket },
  staging: { label: 'Staging', tone: 'neutral', icon: IconFlask },
  archived: { label: 'Archived', tone: 'neutral', icon: IconArchive },
}

const STATUS_LOOKS: Record<DeploymentStatus, Look> = {
  active: { label: 'Active', tone: 'good', icon: IconCircleCheck },
  inactive: { label: 'Inactive', tone: 'neutral', icon: IconCircleMinus },
  failed: { label: 'Failed', tone: 'bad', icon: IconX },
}

/** How each drift status looks and reads, the same in every place. */
export const DRIFT_LOOKS: Record<OverallDrift, Look> = {
  low: { label: 'Stable', tone: 'good', icon: IconCircleCheck },
  moderate: { label: 'Moderate drift', tone: 'watch', icon: IconEye },
  high: { label: 'High drift', tone: 'bad', icon: IconAlertTriangle },
  insufficient_data: { label: 'Not enough data', tone: 'neutral', icon: IconHourglassLow },
  not_scored: { label: 'Not scored', tone: 'neutral', icon: IconCircleMinus },
  unknown: { label: 'No data yet', tone: 'neutral', icon: IconCircleDashed },
}

/** The colour of a drift status in a chart. */
export function driftTone(status: OverallDrift): 'good' | 'watch' | 'bad' | 'neutral' {
  const { tone } = DRIFT_LOOKS[status]
  return tone === 'accent' ? 'neutral' : tone
}

const JOB_LOOKS: Record<JobStatus, Look> = {
  queued: { label: 'Queued', tone: 'neutral', icon: IconHourglassLow },
  running: { label: 'Running', tone: 'accent', icon: IconCircleDashed },
  succeeded: { label: 'Succeeded', tone: 'good', icon: IconCircleCheck },
  failed: { label: 'Failed', tone: 'bad', icon: IconX },
  cancelled: { label: 'Cancelled', tone: 'neutral', icon: IconCircleMinus },
}

/** A status in colour, shape and word at once. */
export function Mark({ look, isPlain = false }: { readonly look: Look; readonly isPlain?: boolean }) {
  return (
    <span className="pl-mark" data-tone={look.tone} data-plain={isPlain || undefined}>
      <look.icon size={13} stroke={2} aria-hidden />
      {look.label}
    </span>
  )
}

export function StageBadge({
  stage,
  isPlain = false,
}: {
  readonly stage: Stage
  readonly isPlain?: boolean
}) {
  return <Mark look={STAGE_LOOKS[stage]} isPlain={isPlain} />
}

/** The status of a deployment; a failure says its reason on hover and focus. */
export function StatusBadge({ deployment }: { readonly deployment: Pick<Deployment, 'status' | 'failure'> }) {
  const mark = <Mark look={STATUS_LOOKS[deployment.status]} isPlain />
  if (deployment.failure === null) return mark
  return (
    <Tooltip label={deployment.failure} multiline w={320}>
      <button type="button" className="pl-mark-button" aria-label={`Failed: ${deployment.failure}`}>
        {mark}
      </button>
    </Tooltip>
  )
}

export function DriftBadge({
  status,
  isPlain = false,
}: {
  readonly status: OverallDrift
  readonly isPlain?: boolean
}) {
  return <Mark look={DRIFT_LOOKS[status]} isPlain={isPlain} />
}

const VERDICT_LOOKS: Record<'drift' | 'none', Look> = {
  drift: { label: 'Drift', tone: 'bad', icon: IconAlertTriangle },
  none: { label: 'No drift', tone: 'good', icon: IconCircleCheck },
}

/** The verdict of a statistical test. */
export function VerdictBadge({
  isDrift,
  isPlain = false,
}: {
  readonly isDrift: boolean
  readonly isPlain?: boolean
}) {
  return <Mark look={VERDICT_LOOKS[isDrift ? 'drift' : 'none']} isPlain={isPlain} />
}

const POLICY_LOOKS: Record<PolicyStatus, Look> = {
  draft: { label: 'Draft', tone: 'neutral', icon: IconPencil },
  active: { label: 'Active', tone: 'good', icon: IconCircleCheck },
}

export function PolicyBadge({ status }: { readonly status: PolicyStatus }) {
  return <Mark look={POLICY_LOOKS[status]} isPlain />
}

export function JobBadge({ status }: { readonly status: JobStatus }) {
  return <Mark look={JOB_LOOKS[status]} />
}

/** The status code of an answered or failed prediction. */
export function ResponseBadge({ code }: { readonly code: number }) {
  const isGood = code < 400
  return (
    <Mark
      look={{ label: String(code), tone: isGood ? 'good' : 'bad', icon: isGood ? IconCircleCheck : IconX }}
      isPlain
    />
  )
}

import type { Deployment } from '../deployments/deployment'
import type { TrafficSummary } from '../predictions/prediction'
import type { FeatureDrift } from './drift/evaluate'
import { populationStabilityIndex } from './statistics/divergence'

/** How one deployment does beside the others of its project. */
export type ComparedDeployment = {
  readonly deployment: Deployment
  /** The one that the others are measured against: production, or the oldest where there is none. */
  readonly isBaseline: boolean
  readonly requests: number
  readonly errors: number
  /** Share of requests that failed; null without traffic. */
  readonly errorRate: number | null
  /** Milliseconds; null without traffic. */
  readonly p50: number | null
  readonly p99: number | null
  /** Answers that the distribution is made of, and their shares per class or bin. */
  readonly answers: number
  readonly distribution: readonly { readonly label: string; readonly share: number }[]
  /** Mean of the predicted values; null for classes. */
  readonly mean: number | null
  /** Population stability index of the answers against the baseline's; null where they cannot be compared. */
  readonly psi: number | null
}

type Side = {
  readonly deployment: Deployment
  readonly traffic: TrafficSummary
  readonly rows: number
  readonly answers: FeatureDrift | undefined
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0)

/** Shares with half a count added per label on both sides, as in drift, over the labels that either side has. */
function measureShift(baseline: ComparedDeployment, other: ComparedDeployment): number | null {
  // Answers of a model without training data are counted without bins.
  if (baseline.distribution.length === 0 || other.distribution.length === 0) return null
  if (baseline.answers === 0 || other.answers === 0 || baseline.mean !== null || other.mean !== null)
    return null
  const labels = [...new Set([...baseline.distribution, ...other.distribution].map(({ label }) => label))]
  const smooth = (side: ComparedDeployment): number[] =>
    labels.map((label) => {
      const share = side.distribution.find((each) => each.label === label)?.share ?? 0
      return (share * side.answers + 0.5) / (side.answers + 0.5 * labels.length)
    })
  return populationStabilityIndex(smooth(baseline), smooth(other))
}

function describeSide({ deployment, traffic, rows, answers }: Side, isBaseline: boolean): ComparedDeployment {
  const requests = sum(traffic.series.map((point) => point.rows))
  const errors = sum(traffic.series.map((point) => point.errors))
  return {
    deployment,
    isBaseline,
    requests,
    errors,
    errorRate: requests === 0 ? null : errors / requests,
    p50: traffic.p50,
    p99: traffic.p99,
    answers: rows,
    distribution:
      rows === 0
        ? []
        : (answers?.distribution ?? []).map(({ label, current }) => ({ label, share: current })),
    mean: answers?.current.mean ?? null,
    psi: null,
  }
}

/** Puts the deployments of one project side by side; classes are compared with the baseline's by their index. */
export function compareDeployments(sides: readonly Side[]): ComparedDeployment[] {
  const baselineId = (sides.find(({ deployment }) => deployment.stage === 'production') ?? sides[0])
    ?.deployment.id
  const described = sides.map((side) => describeSide(side, side.deployment.id === baselineId))
  const baseline = described.find((side) => side.isBaseline)
  return described.map((side) => ({
    ...side,
    psi: baseline === undefined || side.isBaseline ? null : measureShift(baseline, side),
  }))
}

import { readFineCounts } from './comparison'
import type { FeatureProfile } from '../../distributions/profile'
import type { NumericBlock, WindowLayout } from '../../distributions/window'

/** One side of a comparison. `mean` and `standardDeviation` for numbers, `meanLength` for text, when they exist. */
export type SideSummary = {
  readonly rows: number
  readonly missingShare: number
  readonly mean?: number
  readonly standardDeviation?: number
  readonly meanLength?: number
}

/** The window's side, with the shares that only exist relative to a reference. */
export type CurrentSummary = SideSummary & {
  readonly unseenShare?: number
  readonly outOfRangeShare?: number
}

type Block = WindowLayout['blocks'][number]

/** Describes a feature in the reference and in the window, for reading beside the score. */
export function summarizeSides(
  feature: FeatureProfile,
  block: Block,
  context: { readonly window: Float64Array; readonly rows: number; readonly referenceRows: number },
): { readonly reference: SideSummary; readonly current: CurrentSummary } {
  const { window, rows, referenceRows } = context
  const read = (slot: number): number => window[slot] ?? 0
  const reference = { rows: referenceRows, missingShare: divide(feature.missing, referenceRows) }
  const current = { rows, missingShare: divide(read(block.missing), rows) }
  if (feature.kind === 'numeric' && block.kind === 'numeric') {
    return {
      reference: { ...reference, ...finiteMoments(feature.mean, feature.standardDeviation) },
      current: {
        ...current,
        ...currentMoments(block, window),
        outOfRangeShare: divide(read(block.below) + read(block.above), rows),
      },
    }
  }
  if (feature.kind === 'text' && block.kind === 'text') {
    return {
      reference: { ...reference, meanLength: feature.meanLength },
      current: { ...current, meanLength: divide(read(block.totalLength), read(block.present)) },
    }
  }
  return {
    reference,
    current:
      block.kind === 'categorical' ? { ...current, unseenShare: divide(read(block.unseen), rows) } : current,
  }
}

/** How far the mean moved, in standard deviations of the reference; null where there is no unit or no value. */
export function measureMeanShift(feature: FeatureProfile, block: Block, window: Float64Array): number | null {
  // Without spread in the reference there is no unit to express a shift in.
  if (feature.kind !== 'numeric' || block.kind !== 'numeric' || !feature.standardDeviation) return null
  const count = countFinite(block, window)
  const shift = (window[block.sum] ?? 0) / count
  return count > 0 && Number.isFinite(shift) ? shift : null
}

function currentMoments(
  block: NumericBlock,
  window: Float64Array,
): { readonly mean?: number; readonly standardDeviation?: number } {
  const count = countFinite(block, window)
  if (count === 0) return {}
  const z = (window[block.sum] ?? 0) / count
  const variance = ((window[block.sumOfSquares] ?? 0) - count * z * z) / Math.max(1, count - 1)
  return finiteMoments(block.center + z * block.scale, Math.sqrt(Math.max(0, variance)) * block.scale)
}

function finiteMoments(
  mean: number | null,
  standardDeviation: number | null,
): { readonly mean?: number; readonly standardDeviation?: number } {
  return {
    ...(mean !== null && Number.isFinite(mean) ? { mean } : {}),
    ...(standardDeviation !== null && Number.isFinite(standardDeviation) ? { standardDeviation } : {}),
  }
}

function countFinite(block: NumericBlock, window: Float64Array): number {
  return readFineCounts(block, window).reduce((sum, count) => sum + count, 0)
}

/** part / whole, and 0 of nothing. */
export function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

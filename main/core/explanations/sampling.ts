import { WorkstationError } from '../../errors'
import type { Tensors } from '../../inference/tensor'
import type { FeatureValue } from '../distributions/value'
import { encodeRows } from '../signatures/encoding'
import type { Signature } from '../signatures/signature'
import { planExact } from './exact-plan'
import type { MaskPlan, SampledAttribution } from './mask-plan'
import { buildMaskedRows } from './masked-inputs'
import { planPermutations } from './permutation-plan'
import { createRandom } from '../random'
import type { Session } from './session'
import { readScores } from './session'

type Rows = readonly (readonly FeatureValue[])[]

/** Rows that one request may ask the model about, and one record of it. */
const REQUEST_ROWS = 4_000_000
const RECORD_ROWS = 200_000
/** A graph that takes no batch is asked row by row, some ten thousand times a second. */
const SINGLE_RECORD_ROWS = 2_000
const SMALL_BACKGROUND = 25
const TINY_BACKGROUND = 10
/** Up to here all subsets are asked about, as shap does. */
export const MOST_EXACT_FEATURES = 10
const MOST_PAIRS = 64
/** One run of masked rows: bounded so that predictions do not wait long behind it, nor building it blocks the loop. */
const RUN_ROWS = 2048
const RUN_CELLS = 40_000
const SEED = 20_170_522

export type SamplingPlan = {
  readonly method: 'exact' | 'permutation'
  readonly rows: number
  /** Encoded once for all records of a request, like the masks are planned once. */
  readonly background: Tensors
  readonly masks: MaskPlan
}

function thin(rows: Rows, wanted: number): Rows {
  if (rows.length <= wanted) return rows
  return Array.from({ length: wanted }, (_, index) => rows[Math.floor((index * rows.length) / wanted)] ?? [])
}

/**
 * Spends the rows that a request of so many records may ask: on all subsets when they fit, else on orders.
 * @throws WorkstationError too_large when `exact` is wanted and does not fit
 */
export function planSampling(
  signature: Signature,
  background: Rows,
  asked: { readonly records: number; readonly method: 'exact' | 'permutation' | 'auto' },
): SamplingPlan {
  const { records, method } = asked
  const features = signature.features.length
  const budget = signature.isSingleRow
    ? Math.min(SINGLE_RECORD_ROWS, REQUEST_ROWS / 40 / records)
    : Math.min(RECORD_ROWS, REQUEST_ROWS / records)
  const isAllAffordable = (rows: number): boolean =>
    method !== 'permutation' && features <= MOST_EXACT_FEATURES && 2 ** features * rows <= budget
  const [full, small] = signature.isSingleRow
    ? [TINY_BACKGROUND, TINY_BACKGROUND]
    : [background.length, SMALL_BACKGROUND]
  const rows = thin(background, isAllAffordable(full) || budget >= RECORD_ROWS / 2 ? full : small)
  const encoded = { rows: rows.length, background: encodeRows(signature, rows) }
  if (isAllAffordable(rows.length)) return { ...encoded, method: 'exact', masks: planExact(features) }
  if (method === 'exact')
    throw new WorkstationError(
      'too_large',
      `asking about every combination of ${features} features takes too long for ${records} records; send fewer, or choose "permutation"`,
    )
  const affordable = Math.floor(budget / rows.length / Math.max(1, 2 * (features - 1)))
  const pairs = Math.max(2, Math.min(MOST_PAIRS, affordable))
  const masks = planPermutations(features, { pairs, random: createRandom(SEED) })
  return { ...encoded, method: 'permutation', masks }
}

/**
 * Explains one record by asking the model about mixtures of it with background rows, a few thousand rows at a time.
 * @param question.explained the scores to explain, which are all read from the same answers
 * @returns what was found for each of them
 */
export async function sampleContributions(question: {
  readonly session: Session
  readonly signature: Signature
  readonly plan: SamplingPlan
  readonly row: readonly FeatureValue[]
  readonly explained: readonly { readonly classIndex: number; readonly label: string }[]
}): Promise<SampledAttribution[]> {
  const { session, signature, plan, row, explained } = question
  const { rows, background } = plan
  const record = encodeRows(signature, [row])
  const { masks, attribute } = plan.masks
  const cellsPerMask = rows * Math.max(1, signature.features.length)
  const step = Math.max(1, Math.min(Math.floor(RUN_ROWS / rows), Math.floor(RUN_CELLS / cellsPerMask)))
  const values = explained.map(() => new Float64Array(masks.length))
  for (let start = 0; start < masks.length; start += step) {
    const asked = masks.slice(start, start + step)
    const inputs = buildMaskedRows(signature, { record, background, rows }, asked)
    const parts = await session.run(inputs, asked.length * rows)
    explained.forEach((target, which) => {
      const scores = parts.flatMap((part) => readScores(signature, part, target))
      asked.forEach((_, index) => {
        const own = scores.slice(index * rows, (index + 1) * rows)
        const list = values[which]
        if (list !== undefined) list[start + index] = own.reduce((sum, score) => sum + score, 0) / rows
      })
    })
  }
  return values.map((list) => attribute(list))
}

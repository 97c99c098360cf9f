/** For each feature 1 when it is taken from the record, 0 when from the background. */
export type Mask = Uint8Array

export type SampledAttribution = {
  readonly bias: number
  readonly margin: number
  readonly contributions: Float64Array
  /** Null when nothing was left to chance. */
  readonly standardErrors: Float64Array | null
}

/** Which masks to ask the model about, and what its mean answers to them say. */
export type MaskPlan = {
  readonly masks: readonly Mask[]
  /** @param values mean answer over the background for each mask */
  readonly attribute: (values: ArrayLike<number>) => SampledAttribution
}

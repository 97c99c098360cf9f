import * as z from 'zod'

const uploadedFile = z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of an uploaded file')
const fileName = z.string().min(1).max(255)

/** Rows with the original's predictions: one CSV file with both, or one with the features and one with the answers. */
export const verificationSchema = z.object({
  file: uploadedFile,
  name: fileName,
  /** SHA-256 of a second file, with the predictions of the same rows in the same order. */
  predictionsFile: uploadedFile.nullable().default(null),
  predictionsName: fileName.nullable().default(null),
  /** The column of predictions; found by its usual names when null. */
  predictionColumn: z.string().min(1).max(255).nullable().default(null),
})

export type VerificationFiles = z.output<typeof verificationSchema>
/** The same as a caller may write it, without what has a default. */
export type VerificationInput = z.input<typeof verificationSchema>

/** An answer that differs most from the original's. */
export type VerifiedAnswer = {
  /** Row of the file, counted from 1 without the header. */
  readonly row: number
  /** What was compared: `prediction`, or `proba_` and a class label. */
  readonly column: string
  readonly expected: number | string
  readonly actual: number | string
  /** Null for labels. */
  readonly difference: number | null
}

/**
 * How the converted model's answers compare with the original's. Differences are |actual - expected|, divided by
 * |expected| where that is above 1.
 */
export type Verification = {
  readonly verdict: 'verified' | 'failed'
  readonly rows: number
  /** What was compared: `prediction` and `proba_` columns. */
  readonly columns: readonly string[]
  /** Largest and mean difference of the numbers that were compared; null when only labels were. */
  readonly maxDifference: number | null
  readonly meanDifference: number | null
  /** Rows whose label is another than the original's. */
  readonly labelFlips: number
  /** Answers that differ by more than the tolerance, worst first, at most ten. */
  readonly worst: readonly VerifiedAnswer[]
  readonly tolerance: number
  readonly fileName: string
  readonly verifiedAt: number
}

/** Numbers may differ by this much, relative to the original's where that is above 1. */
export const TOLERANCE = 1e-6

/** What a person should know about how far a converted version can be trusted; null when there is nothing to say. */
export function describeVerification({
  conversion,
  verification,
}: {
  readonly conversion: object | null
  readonly verification: Verification | null
}): string | null {
  if (verification?.verdict === 'failed') {
    const { labelFlips, rows, maxDifference } = verification
    const difference =
      maxDifference === null ? '' : `; the largest difference is ${maxDifference.toPrecision(3)}`
    return `Its answers differ from the original's: ${labelFlips} of ${rows} labels${difference}.`
  }
  if (conversion === null || verification !== null) return null
  return "Converted, not verified: nobody compared its answers with the original's yet."
}

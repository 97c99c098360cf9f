/**
 * Standard error of an area under the ROC curve measured on so many positive and negative rows.
 * Hanley and McNeil (1982), with their exponential approximation of Q1 and Q2.
 */
export function aucStandardError(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc)
  const q2 = (2 * auc * auc) / (1 + auc)
  const variance = auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)
  return Math.sqrt(Math.max(0, variance) / (positives * negatives))
}

/** What was asked of a deployment and what it answered, as texts: a prediction of its own, or one that its owner recorded. */
export type Operation = {
  readonly id: string
  readonly owner: string
  readonly deploymentId: string
  readonly modelId: string
  readonly data: string
  readonly result: string
  /** Epoch milliseconds. */
  readonly at: number
}

export type NewOperation = Omit<Operation, 'id' | 'at'> & { readonly at: number | null }

export type OperationQuery = { readonly owner: string; readonly skip: number; readonly limit: number }

/** What the deployments dialect answers, as far as tests read it. */
export type Created = { readonly id: string; readonly deployment_id: string; readonly stage: string }

export type DeploymentWire = {
  readonly id: string
  readonly model_id: string
  readonly stage: string
  readonly status: string
  readonly is_active: boolean
  readonly failure: string | null
  readonly config: { readonly name: string; readonly traffic_percent: number }
}

export type Predicted = {
  readonly predictions: readonly {
    readonly id: string
    readonly prediction: string | number
    readonly probabilities?: Readonly<Record<string, number>>
  }[]
  readonly latency_ms: number
  readonly warnings?: readonly string[]
}

export type LogLine = {
  readonly id: string
  readonly inputs: object | null
  readonly prediction: string | number | null
  readonly status_code: number
  readonly error: string | null
  readonly created_at: string
}

export type Drift = {
  readonly overall_status: string
  readonly features: Readonly<Record<string, { readonly psi: number; readonly status: string }>>
  readonly computed_at: string | null
  readonly inference_rows: number
}

export type JobWire = {
  readonly job: {
    readonly id: string
    readonly status: string
    readonly result: unknown
    readonly type: string
  }
}

export const DEPLOYMENTS = '/api/mlops/deployments'

/** The path of a project's deployments. */
export const deploymentsOf = (project: string): string => `/api/mlops/projects/${project}/deployments`

import * as z from 'zod'

export const STAGES = ['staging', 'production', 'archived'] as const
export type Stage = (typeof STAGES)[number]

export const DEPLOYMENT_STATUSES = ['active', 'inactive', 'failed'] as const
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number]

/** How a deployment treats personal data in what it is sent. */
export type DeploymentPrivacy = {
  readonly policyId: string | null
  /** Whether the log keeps records as the policy leaves them; without a policy, everything found is redacted. */
  readonly anonymizeLogs: boolean
  /** Whether warnings and errors in answers are free of what was sent. */
  readonly anonymizeResponse: boolean
  /** Kinds of personal data by column name or dotted path. */
  readonly columnMap: Readonly<Record<string, string>>
  /** Least confidence (0 to 1) over the policy's; null takes the policy's. */
  readonly threshold: number | null
}

export const NO_PRIVACY: DeploymentPrivacy = {
  policyId: null,
  anonymizeLogs: false,
  anonymizeResponse: false,
  columnMap: {},
  threshold: null,
}

/** A model version that is (or was) served. */
export type Deployment = {
  readonly id: string
  /** Small number of this deployment in the prediction log. */
  readonly logKey: number
  readonly projectId: string
  readonly modelId: string
  readonly modelName: string
  readonly modelVersionId: string
  readonly modelVersion: number
  readonly name: string
  readonly stage: Stage
  readonly status: DeploymentStatus
  /** Why the status is `failed`, in words; null otherwise. */
  readonly failure: string | null
  /** Its weight among the deployments that share the project's traffic. */
  readonly trafficPercent: number
  /** A shadow gets copies of the project's traffic and never answers its callers. */
  readonly isShadow: boolean
  readonly privacy: DeploymentPrivacy
  readonly createdAt: number
  readonly updatedAt: number
}

export type DeploymentAction =
  'created' | 'changed' | 'promoted' | 'archived' | 'rolled_back' | 'deactivated' | 'failed' | 'recovered'

/** One line of a deployment's history. */
export type DeploymentChange = {
  readonly deploymentId: string
  readonly action: DeploymentAction
  readonly actor: string
  readonly from: Stage | null
  readonly to: Stage
  readonly note: string
  readonly at: number
}

export const deploymentPrivacySchema = z
  .object({
    policyId: z.string().min(1).nullable().default(null),
    /** On when a policy is attached, unless told otherwise: nothing else is a policy attached for. */
    anonymizeLogs: z.boolean().optional(),
    anonymizeResponse: z.boolean().default(false),
    columnMap: z.record(z.string().min(1).max(200), z.string().max(100)).default({}),
    threshold: z.number().min(0).max(1).nullable().default(null),
  })
  .transform((privacy): DeploymentPrivacy => ({
    ...privacy,
    anonymizeLogs: privacy.anonymizeLogs ?? privacy.policyId !== null,
  }))

export const deploymentSchema = z.object({
  projectId: z.string().min(1),
  /** A model (its newest version is taken) or one version of it. */
  model: z.string().min(1),
  name: z.string().trim().min(1, 'give the deployment a name').max(100, 'at most 100 characters'),
  stage: z.enum(['staging', 'production'], 'expected "staging" or "production"'),
  trafficPercent: z.number().int().min(1).max(100).default(100),
  isShadow: z.boolean().default(false),
  privacy: deploymentPrivacySchema.optional(),
})

export type NewDeployment = z.input<typeof deploymentSchema>

export const deploymentChangeSchema = deploymentSchema
  .pick({ name: true, trafficPercent: true, isShadow: true })
  .partial()

export type DeploymentEdit = z.output<typeof deploymentChangeSchema>

export const deploymentQuerySchema = z.object({
  projectId: z.string().optional(),
  modelId: z.string().optional(),
  stage: z.enum(STAGES).optional(),
  search: z.string().max(200).default(''),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).default(0),
})

export type DeploymentQuery = z.output<typeof deploymentQuerySchema>

export const rollbackSchema = z
  .object({ toDeployment: z.string().min(1).optional(), toModel: z.string().min(1).optional() })
  .refine((target) => target.toDeployment !== undefined || target.toModel !== undefined, {
    message: 'name a deployment or a model to roll back to',
  })

export type RollbackTarget = z.output<typeof rollbackSchema>

/** Whether a deployment answers predictions. */
export function isServing(deployment: Pick<Deployment, 'status' | 'stage'>): boolean {
  return deployment.status === 'active' && deployment.stage !== 'archived'
}

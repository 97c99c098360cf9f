import * as z from 'zod'
import type { FeatureKind, FeatureVerdict, MethodOutcome } from './comparison'
import type { DriftMethod } from './methods'
import { DRIFT_METHODS } from './methods'

/** Whether a deployment is compared every 24 hours by a method of the model's choice, and by which. */
export const methodSettingSchema = z.object({ isOn: z.boolean(), method: z.enum(DRIFT_METHODS) })
export type MethodSetting = z.output<typeof methodSettingSchema>

/** What a model asks for. */
export type MethodAsk = MethodSetting & {
  /** What the model's features are, where it says so; told from the training data otherwise. */
  readonly kinds?: Readonly<Record<string, FeatureKind>>
}

/** Why nothing was compared, or that it was. */
export type RunOutcome = 'compared' | 'few_operations' | 'no_training_data'

/** One comparison of a deployment. */
export type MethodRun = Pick<MethodOutcome, 'operations' | 'referenceRows' | 'leftOut'> & {
  readonly id: string
  readonly deploymentId: string
  readonly modelId: string
  readonly modelVersionId: string
  readonly method: DriftMethod
  readonly outcome: RunOutcome
  /** Features that were compared, and how many of them drift. */
  readonly features: number
  readonly drifted: number
  readonly at: number
}

/** One feature's verdict in a run. */
export type MethodResult = FeatureVerdict & {
  readonly id: number
  readonly runId: string
  readonly modelId: string
  readonly at: number
}

/** How a deployment is compared by its model's method, and when it last was. */
export type MethodState = MethodSetting & {
  readonly deploymentId: string
  /** Who says so: the deployment itself, its model, or nobody. */
  readonly source: 'deployment' | 'model' | 'default'
  readonly lastRun: MethodRun | null
  /** Null while it is off. */
  readonly nextRunAt: number | null
  /** Operations without which nothing is compared. */
  readonly leastOperations: number
}

export const methodResultQuerySchema = z.object({
  /** Only those of one run. */
  runId: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).default(0),
})
export type MethodResultQuery = z.output<typeof methodResultQuerySchema>

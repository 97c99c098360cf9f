import * as z from 'zod'
import type { JobStatus } from '../jobs/job'

const file = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of an uploaded file'),
  name: z.string().min(1).max(255),
})

/** A metric that a new version must reach before it replaces what is deployed. */
export const thresholdSchema = z.object({
  metric: z.string().min(1).max(100),
  /** 1: higher is better, the value must be at least the threshold; 0: lower is better, at most. */
  order: z.union([z.literal(0), z.literal(1)], 'expected 1 (higher is better) or 0 (lower is better)'),
  threshold: z.number(),
})

export type Threshold = z.output<typeof thresholdSchema>

export const trainingOptionsSchema = z.object({
  /** Whole minutes after which the script and all it started are ended. */
  timeoutMinutes: z.number().int().min(1).max(10_080).default(60),
  /** Address space of each process in MiB; null for no limit. */
  memoryMegabytes: z.number().int().min(64).max(4_194_304).nullable().default(8192),
  /** Whether the script may reach the network; building its environment always may. */
  hasNetwork: z.boolean().default(false),
  /** Column of the data that holds the answer; the newest version's when null. */
  targetColumn: z.string().max(200).nullable().default(null),
  thresholds: z.array(thresholdSchema).max(50).default([]),
  /** Whether the new version takes the place of the deployed one when it passes the thresholds. */
  replace: z.boolean().default(false),
})

export type TrainingOptions = z.output<typeof trainingOptionsSchema>

export const newTrainingSchema = trainingOptionsSchema.extend({
  modelId: z.string().min(1).max(100),
  /** What is left out is taken from the model's files, then from its last training. */
  code: file.nullish(),
  data: file.nullish(),
  /** A requirements file. */
  env: file.nullish(),
})

export type NewTraining = z.input<typeof newTrainingSchema>

export const TRAINING_FILE_KINDS = ['code', 'data', 'env'] as const
export type TrainingFileKind = (typeof TRAINING_FILE_KINDS)[number]
export type TrainingFile = { readonly sha256: string; readonly name: string }
export type TrainingFiles = Readonly<Partial<Record<TrainingFileKind, TrainingFile>>>

export type TrainingTrigger = 'person' | 'schedule' | 'drift'
export type Metrics = Readonly<Record<string, number>>

/** What became of a run that made a model. */
export type TrainingOutcome = {
  readonly versionId: string
  readonly versionNumber: number
  /** What was the newest version before. */
  readonly formerVersionId: string | null
  readonly passed: boolean
  /** Why the deployed version was, or was not, replaced. */
  readonly reason: string
  /** Names of deployments that answer with the new version now. */
  readonly replaced: readonly string[]
}

/** One run of a model's training script. */
export type Training = {
  readonly id: string
  readonly modelId: string
  readonly trigger: TrainingTrigger
  readonly status: JobStatus
  /** 0 to 1. */
  readonly progress: number
  readonly message: string
  readonly options: TrainingOptions
  readonly files: TrainingFiles
  readonly metrics: Metrics
  /** How the script was run, in words; null until it started. */
  readonly surroundings: string | null
  readonly outcome: TrainingOutcome | null
  readonly error: string | null
  /** The last lines of a run that did not succeed. */
  readonly tail: readonly string[]
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
}

export type LogLine = {
  /** From 1. */
  readonly line: number
  readonly stream: 'stdout' | 'stderr' | 'plumbline'
  readonly text: string
  readonly at: number
}

export const planSchema = trainingOptionsSchema.extend({
  everyHours: z.number().int().min(1).max(8760).nullable().default(null),
  /** Every day at this local time, `HH:MM`. */
  dailyAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 03:30')
    .nullable()
    .default(null),
  retrainOnDrift: z.boolean().default(false),
})

export type TrainingPlan = z.output<typeof planSchema>
/** A plan as a caller may write it, without what has a default. */
export type TrainingPlanInput = z.input<typeof planSchema>

export type StoredPlan = {
  readonly modelId: string
  readonly plan: TrainingPlan
  readonly dueAt: number | null
  /** When drift last started a run. */
  readonly driftAt: number | null
  /** Why the last start by the plan was refused. */
  readonly failure: string | null
}

/** The next time after `now`; null for a plan without a time. Daily times are local. */
export function nextDue(plan: Pick<TrainingPlan, 'everyHours' | 'dailyAt'>, now: number): number | null {
  const times: number[] = []
  if (plan.everyHours !== null) times.push(now + plan.everyHours * 3600_000)
  if (plan.dailyAt !== null) {
    const [hours = 0, minutes = 0] = plan.dailyAt.split(':').map(Number)
    const day = new Date(now)
    day.setHours(hours, minutes, 0, 0)
    if (day.getTime() <= now) day.setDate(day.getDate() + 1)
    times.push(day.getTime())
  }
  return times.length === 0 ? null : Math.min(...times)
}

import * as z from 'zod'
import type { Training } from '../../core/training/training'
import { planSchema, thresholdSchema } from '../../core/training/training'
import { WorkstationError } from '../../errors'
import type { CallContext, Reply, Route, RouteDocumentation } from '../dialect'
import { pathParameter } from '../dialect'
import { receiveMultipart } from '../multipart'
import { parseBody, parseQuery, parseWire } from '../parse'
import { toTime } from './to-time'

const MODEL = '/api/models/:model_id'
const TRAINING = '/api/trainings/:training_id'
const KINDS = ['code', 'data', 'env'] as const

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of a file that the workstation has')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const isTrue = z
  .enum(['true', 'false', '1', '0'], 'expected true or false')
  .transform((text) => /true|1/.test(text))

const fields = z.object({
  code_sha256: sha256.optional(),
  data_sha256: sha256.optional(),
  env_sha256: sha256.optional(),
  timeout_minutes: whole(1, 10_080).optional(),
  /** MiB of address space per process. */
  memory_megabytes: whole(64, 4_194_304).optional(),
  network: isTrue.optional(),
  target_column: z.string().max(200).optional(),
  replace: isTrue.optional(),
  /** JSON: `[{"metric":"f1","order":1,"threshold":0.9}]`; order 1: higher is better, 0: lower is better. */
  modelperformance: z.string().optional(),
})

const training = z.object({
  id: z.string(),
  model_id: z.string(),
  trigger: z.enum(['person', 'schedule', 'drift']),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
  progress: z.number(),
  message: z.string(),
  metrics: z.record(z.string(), z.number()),
  surroundings: z.string().nullable(),
  version_id: z.string().nullable(),
  version: z.number().nullable(),
  former_version_id: z.string().nullable(),
  passed: z.boolean().nullable(),
  reason: z.string().nullable(),
  replaced: z.array(z.string()),
  error: z.string().nullable(),
  last_lines: z.array(z.string()),
  created_at: z.string(),
  finished_at: z.string().nullable(),
})
const trainingReply = z.object({ training })
const pageQuery = z.object({ limit: whole(1, 500).default(50), offset: whole(0, 1e9).default(0) })
const logQuery = z.object({ after: whole(0, 1e9).default(0), limit: whole(1, 5000).default(500) })
const planBody = z.object({ plan: planSchema.nullable() })

const toTraining = (found: Training): z.input<typeof training> => ({
  id: found.id,
  model_id: found.modelId,
  trigger: found.trigger,
  status: found.status,
  progress: found.progress,
  message: found.message,
  metrics: { ...found.metrics },
  surroundings: found.surroundings,
  version_id: found.outcome?.versionId ?? null,
  version: found.outcome?.versionNumber ?? null,
  former_version_id: found.outcome?.formerVersionId ?? null,
  passed: found.outcome?.passed ?? null,
  reason: found.outcome?.reason ?? null,
  replaced: [...(found.outcome?.replaced ?? [])],
  error: found.error,
  last_lines: [...found.tail],
  created_at: toTime(found.createdAt),
  finished_at: found.finishedAt === null ? null : toTime(found.finishedAt),
})

const reply = (found: Training, status = 200): Reply => ({ status, body: { training: toTraining(found) } })
const modelOf = ({ request }: CallContext): string => pathParameter(request, 'model_id')
const trainingOf = ({ request }: CallContext): string => pathParameter(request, 'training_id')

function readThresholds(text: string | undefined): z.output<typeof thresholdSchema>[] {
  if (text === undefined) return []
  try {
    return parseWire(z.array(thresholdSchema), JSON.parse(text), 'modelperformance')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new WorkstationError(
      'invalid',
      'modelperformance: expected JSON, a list of {metric, order, threshold}',
    )
  }
}

async function startTraining(context: CallContext): Promise<Reply> {
  const { core, settings, request } = context
  const limits = { code: settings.maxDataBytes, data: settings.maxDataBytes, env: 1 << 20 }
  const form = await receiveMultipart(request, core.artifacts, limits)
  const received = Object.values(form.files).flatMap((file) => file?.sha256 ?? [])
  try {
    const given = parseWire(fields, form.fields, 'body')
    const files = Object.fromEntries(
      KINDS.flatMap((kind) => {
        const file = form.files[kind]
        const known = given[`${kind}_sha256`]
        if (file !== undefined) return [[kind, { sha256: file.sha256, name: file.name.slice(-255) }]]
        return known === undefined ? [] : [[kind, { sha256: known, name: kind }]]
      }),
    )
    const started = await core.trainings.start({
      modelId: modelOf(context),
      ...files,
      timeoutMinutes: given.timeout_minutes,
      memoryMegabytes: given.memory_megabytes,
      hasNetwork: given.network,
      targetColumn: given.target_column,
      replace: given.replace,
      thresholds: readThresholds(given.modelperformance),
    })
    return reply(started, 201)
  } finally {
    core.artifacts.release(received)
  }
}

/** Retraining of models by their own scripts. */
export const trainingRoutes: readonly Route[] = [
  { method: 'post', path: `${MODEL}/trainings`, scope: 'write', handle: startTraining },
  {
    method: 'get',
    path: `${MODEL}/trainings`,
    scope: 'read',
    handle: (context) => {
      const page = context.core.trainings.list(modelOf(context), parseQuery(pageQuery, context.request))
      return { status: 200, body: { ...page, items: page.items.map(toTraining) } }
    },
  },
  {
    method: 'put',
    path: `${MODEL}/training-plan`,
    scope: 'write',
    handle: (context) => {
      const { plan } = parseBody(planBody, context.request)
      const kept = context.core.trainings.plans.set(modelOf(context), plan)
      const nextAt = kept?.dueAt ?? null
      return {
        status: 200,
        body: { plan: kept?.plan ?? null, next_at: nextAt === null ? null : toTime(nextAt) },
      }
    },
  },
  {
    method: 'get',
    path: TRAINING,
    scope: 'read',
    handle: (context) => reply(context.core.trainings.get(trainingOf(context))),
  },
  {
    method: 'get',
    path: `${TRAINING}/log`,
    scope: 'read',
    handle: (context) => {
      const { after, limit } = parseQuery(logQuery, context.request)
      const lines = context.core.trainings.log(trainingOf(context), after, limit)
      return { status: 200, body: { lines: lines.map((line) => ({ ...line, at: toTime(line.at) })) } }
    },
  },
  {
    method: 'delete',
    path: TRAINING,
    scope: 'write',
    handle: (context) => reply(context.core.trainings.cancel(trainingOf(context))),
  },
]

export const trainingDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`POST ${MODEL}/trainings`]: {
    summary: 'Train a model anew from its script, run as `python code data` in the Python of this computer',
    form: { fields, files: [], optionalFiles: [...KINDS] },
    replies: { 201: trainingReply },
    refusals: [409],
  },
  [`GET ${MODEL}/trainings`]: {
    summary: 'Trainings of a model, newest first',
    query: pageQuery,
    replies: {
      200: z.object({ items: z.array(training), total: z.number(), limit: z.number(), offset: z.number() }),
    },
  },
  [`PUT ${MODEL}/training-plan`]: {
    summary:
      'When a model is trained by itself: every so many hours, daily, when its data drift; null for never',
    body: planBody,
    replies: { 200: z.object({ plan: planSchema.nullable(), next_at: z.string().nullable() }) },
  },
  [`GET ${TRAINING}`]: { summary: 'A training and what became of it', replies: { 200: trainingReply } },
  [`GET ${TRAINING}/log`]: {
    summary: 'Lines that a training printed, after a line number',
    query: logQuery,
    replies: {
      200: z.object({
        lines: z.array(z.object({ line: z.number(), stream: z.string(), text: z.string(), at: z.string() })),
      }),
    },
  },
  [`DELETE ${TRAINING}`]: {
    summary: 'Cancel a training; everything it started is ended',
    replies: { 200: trainingReply },
    refusals: [409],
  },
}

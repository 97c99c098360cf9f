import * as z from 'zod'
import { DRIFT_METHODS } from '../../core/monitoring/method-drift'
import { limit, offset } from './wire'

/** Schemas of drift by a model's own method, spelled as models ask for it (`drift_detection`). */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const count = z.number().int().min(0)
const flag = z.union([z.literal(0), z.literal(1)])
const methodNumber = z.union([z.literal(0), z.literal(1), z.literal(2)])
const methodName = z.enum(DRIFT_METHODS)

const EXPECTED_METHOD = `expected 0 (${DRIFT_METHODS[0]}), 1 (${DRIFT_METHODS[1]}) or 2 (${DRIFT_METHODS[2]})`

export const settingBody = z.object({
  is_true: z
    .union([flag, z.boolean()], 'expected 1 or true, 0 or false, or null to leave it to the model')
    .nullable(),
  method: z.union([methodNumber, methodName], EXPECTED_METHOD).default(0),
})

export const resultsQuery = z.object({
  limit: limit(500),
  offset,
  run_id: z.string().max(100).optional(),
})

const run = z.object({
  run_id: z.string(),
  status: z.enum(['compared', 'few_operations', 'no_training_data']),
  detail: z.string(),
  method: methodNumber,
  model_version_id: z.string(),
  operations: count,
  reference_rows: count,
  features_compared: count,
  features_drifted: count,
  not_compared: z.array(z.object({ feature: z.string(), reason: z.string() })),
  timestamp: time,
})

export const stateReply = z.object({
  deployment_id: z.string(),
  is_true: flag,
  method: methodNumber,
  method_name: methodName,
  source: z.enum(['deployment', 'model', 'default']),
  interval_hours: z.number(),
  minimum_operations: count,
  next_run_at: time.nullable(),
  last_run: run.nullable(),
})

export const result = z.object({
  rowid: count,
  feature: z.string(),
  type: z.enum(['numerical', 'categorical']),
  statistic: z.number().nullable(),
  p_value: z.number(),
  method: z.enum([...DRIFT_METHODS, 'chi_squared']),
  drift_detected: z.boolean(),
  timestamp: time,
  modelid: z.string(),
  run_id: z.string(),
})

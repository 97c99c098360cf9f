import * as z from 'zod'
import { MODEL_FORMATS } from '../../formats/recognize-model-file'

/** Schemas of what is told about a model file: what it takes, how it was converted, how it compares, what is inside. */

const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable()
const count = z.number().int().min(0)
const scalar = z.union([z.string(), z.number()])
const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })

export const feature = z.object({
  name: z.string(),
  type: z.enum(['number', 'integer', 'string', 'boolean']),
  accepts_missing: z.boolean(),
  /** The only values that are answered; null for any. */
  categories: maybe(z.array(scalar)),
})

export const conversion = z.object({
  format: z.enum(['pickle', 'xgboost', 'lightgbm']),
  packing: z.string(),
  library: z.string(),
  library_version: maybe(z.string()),
  estimator: z.string(),
  /** Where in the file the model lay, e.g. `['model']`; empty for the file's own value. */
  place: z.string(),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['number', 'string']),
      accepts_missing: z.boolean(),
      categories: maybe(z.array(scalar)),
      /** False for a column that nothing reads: it may be left out. */
      is_used: z.boolean(),
    }),
  ),
  /** False when the file names no columns, which are then `x0`, `x1` … or named by the training data. */
  has_names: z.boolean(),
  /** True when the file's own code was run in Python to convert it. */
  ran_code: z.boolean(),
  notes: z.array(z.string()),
})

export const verification = z.object({
  verdict: z.enum(['verified', 'failed']),
  rows: count,
  columns: z.array(z.string()),
  max_difference: maybe(z.number()),
  mean_difference: maybe(z.number()),
  label_flips: count,
  worst: z.array(
    z.object({
      row: count,
      column: z.string(),
      expected: scalar,
      actual: scalar,
      difference: maybe(z.number()),
    }),
  ),
  tolerance: z.number(),
  file_name: z.string(),
  verified_at: time,
})

export const modelVersion = z.object({
  id: z.string(),
  model_id: z.string(),
  version: count,
  problem_type: z.enum(['classification', 'regression']),
  target_column: maybe(z.string()),
  features: z.array(feature),
  /** Columns that may be sent though the model does not read them. */
  ignored_columns: z.array(z.string()),
  class_labels: z.array(z.string()),
  sha256: z.string(),
  file_name: z.string(),
  changes: z.array(z.string()),
  conversion: maybe(conversion),
  verification_status: z.enum(['verified', 'failed', 'not_verified']),
  verification: maybe(verification),
  /** Null for a version that was registered without. */
  training_data: maybe(z.object({ file_name: z.string(), sha256: z.string() })),
  metrics: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
  created_at: time,
})

const graphValue = z.object({
  name: z.string(),
  element_type: maybe(z.string()),
  shape: maybe(z.array(z.union([z.string(), z.number(), z.null()]))),
})

export const inspection = z.object({
  format: z.enum(MODEL_FORMATS),
  is_convertible: z.boolean(),
  /** Why the file cannot be registered, and the way out; null when it can. */
  refusal: maybe(z.string()),
  /** Whether `run_code` may convert what cannot be read as data. */
  may_run_code: z.boolean(),
  suggested_algo: z.string(),
  conversion: maybe(conversion),
  changes: z.array(z.string()),
  /** Null when only training data can tell. */
  features: maybe(z.array(feature)),
  class_labels: z.array(z.string()),
  graph: maybe(
    z.object({
      inputs: z.array(graphValue),
      outputs: z.array(graphValue),
      operators: z.array(z.object({ domain: z.string(), type: z.string(), count })),
      node_count: count,
      parameter_count: count,
    }),
  ),
  /** What lies in a file that is not ONNX: estimators, parameters, and every name that it mentions. */
  contents: maybe(z.looseObject({ kind: z.string() })),
  data: maybe(
    z.object({
      rows: count,
      columns: z.array(
        z.object({
          name: z.string(),
          type: z.enum(['number', 'integer', 'string', 'boolean']),
          missing: count,
          distinct: count,
          examples: z.array(z.string()),
        }),
      ),
      target_column: maybe(z.string()),
      problem: maybe(z.string()),
    }),
  ),
})

export const pythonOffer = z.object({
  executable: z.string(),
  version: z.string(),
  /** Packages that converting needs, with their versions; null for one that is not installed. */
  packages: z.record(z.string(), maybe(z.string())),
  /** The command that installs what is missing; null when nothing is. */
  install: maybe(z.string()),
  is_sandboxed: z.boolean(),
  warning: z.string(),
})

export const pythonReply = z.object({ python: pythonOffer })
export const inspectionReply = z.object({ inspection })
export const versionReply = z.object({ version: modelVersion })
export const verificationReply = z.object({ verification })

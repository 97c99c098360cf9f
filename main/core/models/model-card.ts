import * as z from 'zod'

const EXPECTED_LIST = 'expected a list'
const item = z.looseObject({}, 'expected an object')
const list = <Item extends z.ZodType>(of: Item) => z.array(of, EXPECTED_LIST).max(10_000).nullable()
const number = z.union([z.number(), z.boolean()], 'expected a number').nullish()
const text = z.string('expected text')

const resource = item.extend({
  resource_name: text.optional(),
  value: z.unknown().optional(),
  deploy: z.unknown().optional(),
})

/** What callers say about a model besides its files. Spelled as they spell it, kept and given back as it came. */
export const modelCardSchema = z.object({
  modelname: text.regex(/\S/, 'give the model a name').max(100, 'at most 100 characters'),
  /** Free text, e.g. classification, regression, clustering. */
  modelkind: text.regex(/\S/, 'expected a kind such as classification').max(50, 'at most 50 characters'),
  hyperparameter: list(item.extend({ parameter: text, value: z.unknown() })),
  /** Least (order 1) or greatest (order 0) values of metrics that a model is kept at. */
  modelperformance: list(item.extend({ metric: text, order: number, threshold: number })),
  trainingresource: list(resource),
  runresource: list(resource),
  featurelist: list(
    item.extend({
      feature_name: text,
      /** `cont` or `cat`. */
      type: text.nullish(),
      /** 0 for what the model takes, 1 for what it answers. */
      kind: number,
      units: z.unknown().optional(),
    }),
  ),
  inference: list(item.extend({ type: text.nullish(), value: text.nullish() })),
  modeltags: list(text),
  /** `is_true` 1 watches; `method` 0 shift of the mean, 1 Fourier features, 2 Kolmogorov–Smirnov. */
  drift_detection: list(item.extend({ is_true: number, method: number })),
})

export const cardChangeSchema = modelCardSchema.partial()

export type ModelCard = z.output<typeof modelCardSchema>

/** What a caller changes of a card. */
export type CardChange = z.output<typeof cardChangeSchema>

/** What is not said stays open. */
export const OPEN_CARD = {
  hyperparameter: null,
  modelperformance: null,
  trainingresource: null,
  runresource: null,
  featurelist: null,
  inference: null,
  modeltags: null,
  drift_detection: null,
} as const

/** One name for the spellings of a kind: `Regressor`, `regression` and `REGRESSION` are the same. */
export function normalizeKind(kind: string): string {
  const word = kind.trim().toLowerCase()
  if (word.startsWith('regress')) return 'regression'
  if (word.startsWith('classif')) return 'classification'
  if (word.startsWith('cluster')) return 'clustering'
  return word
}

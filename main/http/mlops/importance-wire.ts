import * as z from 'zod'
import { METHOD_CHOICES, methodChoiceSchema } from '../../core/explanations/explanation'
import { MOST_SAMPLE_ROWS, SAMPLE_SOURCES } from '../../core/importance/importance'

/** Schemas of what the deployments dialect takes and answers about the importance of features. */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const count = z.number().int().min(0)
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable()

export const importanceBody = z
  .object({
    sample: z.enum(SAMPLE_SOURCES, 'expected "training" or "log"').nullish(),
    rows: z
      .number('expected a number')
      .int('expected a whole number')
      .min(2, 'at least 2')
      .max(MOST_SAMPLE_ROWS, `at most ${MOST_SAMPLE_ROWS}`)
      .nullish(),
    method: methodChoiceSchema.nullish(),
  })
  .nullish()
  .transform((body) => body ?? {})

const id = z.string('expected text').min(1, 'expected text').max(100, 'at most 100 characters')
export const importanceQuery = z.object({ importance_id: id.optional() })
export const dependenceQuery = z.object({
  feature: z.string('expected the name of a feature').min(1, 'expected the name of a feature'),
  importance_id: id.optional(),
})

export const importanceJob = z.object({ ok: z.literal(true), job_id: z.string() })

const summary = z.object({
  id: z.string(),
  model_version_id: z.string(),
  created_at: time,
  sample: z.enum(SAMPLE_SOURCES),
  rows: count,
  skipped: count,
  method: z.string(),
  space: z.enum(['log-odds', 'probability', 'logarithm', 'value']),
  background_rows: count,
})

export const importance = summary.extend({
  deployment_id: z.string(),
  max_residual: z.number(),
  features: z.array(z.object({ feature: z.string(), mean_abs: z.number(), share: z.number() })),
  classes: z.array(
    z.object({
      class: maybe(z.string()),
      bias: z.number(),
      features: z.array(
        z.object({
          feature: z.string(),
          mean_abs: z.number(),
          share: z.number(),
          direction: maybe(z.number()),
        }),
      ),
    }),
  ),
})

export const importanceHistory = z.object({ deployment_id: z.string(), items: z.array(summary) })

export const dependence = z.object({
  deployment_id: z.string(),
  feature: z.string(),
  classes: z.array(maybe(z.string())),
  points: z.array(z.object({ value: maybe(z.number()), contributions: z.array(z.number()) })).optional(),
  categories: z
    .array(
      z.object({
        value: maybe(z.string()),
        is_rest: z.boolean(),
        rows: count,
        mean_contributions: z.array(z.number()),
      }),
    )
    .optional(),
})

/** How contributions are asked for, beside `include_contributions`. */
export const contributionFields = {
  contributions_method: methodChoiceSchema
    .nullish()
    .meta({ description: `One of ${METHOD_CHOICES.join(', ')}; auto takes what suits the model.` }),
  contributions_class: z
    .string('expected a class label')
    .max(1000, 'at most 1000 characters')
    .nullish()
    .meta({ description: 'The class to explain; the second of two or the predicted one without it.' }),
}

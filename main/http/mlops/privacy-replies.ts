import * as z from 'zod'
import {
  ACTIONS,
  piiTypeSchema as piiType,
  POLICY_STATUSES,
  PROFILES,
  ruleConfigSchema,
} from '../../core/privacy/policy'

/** Schemas of what the deployments dialect answers about privacy. */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const count = z.number().int().min(0)
const share = z.number().min(0).max(1)

const settings = z.object({ auto_detect: z.boolean(), confidence_threshold: share })

export const policy = z.object({
  id: z.string(),
  policy_id: z.string(),
  project_id: z.string(),
  name: z.string(),
  description: z.string(),
  profile: z.enum(PROFILES),
  status: z.enum(POLICY_STATUSES),
  settings,
  rule_count: count,
  deployment_count: count,
  created_at: time,
  updated_at: time,
})

export const rule = z.object({
  id: z.string(),
  rule_id: z.string(),
  policy_id: z.string(),
  pii_type: piiType,
  action: z.enum(ACTIONS),
  is_enabled: z.boolean(),
  config: ruleConfigSchema,
  is_default: z.boolean(),
  created_at: time,
})

const ok = z.object({ ok: z.literal(true) })

export const policyDetail = z.object({ policy: policy.extend({ rules: z.array(rule) }) })
export const policyChanged = ok.extend({ policy })
export const ruleChanged = ok.extend({ rule })

export const detection = z.object({
  findings: z.array(
    z.object({
      record: count,
      column: z.string().nullable(),
      pii_type: piiType,
      confidence: share,
      source: z.enum(['column_map', 'column_name', 'content']),
      start: count,
      end: count,
    }),
  ),
  columns: z.array(z.object({ column: z.string(), pii_type: piiType, confidence: share, records: count })),
  counts: z.record(z.string(), count),
  is_cut: z.boolean(),
})

export const transformed = z.object({ records: z.array(z.record(z.string(), z.unknown())) })
export const revealed = z.object({ values: z.array(z.unknown()) })

export const vocabulary = z.object({
  pii_types: z.array(
    z.object({ type: piiType, label: z.string(), group: z.string(), within: z.string().optional() }),
  ),
  actions: z.array(z.enum(ACTIONS)),
  profiles: z.array(
    z.object({
      profile: z.enum(PROFILES),
      settings,
      rules: z.array(rule.pick({ pii_type: true, action: true, config: true })),
    }),
  ),
})

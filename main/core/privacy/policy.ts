import * as z from 'zod'
import type { PiiType } from './pii-type'
import { PII_TYPES } from './pii-type'

export const PROFILES = ['hipaa', 'gdpr', 'pci_dss', 'ccpa', 'custom'] as const
export type Profile = (typeof PROFILES)[number]

export const POLICY_STATUSES = ['draft', 'active'] as const
export type PolicyStatus = (typeof POLICY_STATUSES)[number]

export const ACTIONS = ['redact', 'mask', 'hash', 'generalize', 'tokenize', 'drop', 'encrypt'] as const
export type PrivacyAction = (typeof ACTIONS)[number]

export type PolicySettings = {
  /** False anonymizes the columns of a column map alone. */
  readonly autoDetect: boolean
  /** Findings less sure than this (0 to 1) are left alone. */
  readonly confidenceThreshold: number
}

/** Options of an action; each action reads its own and leaves the others. */
export type RuleConfig = z.output<typeof ruleConfigSchema>

/** What is done with one kind of personal data. */
export type Rule = {
  readonly id: string
  readonly policyId: string
  readonly piiType: PiiType
  readonly action: PrivacyAction
  /** A rule that is off leaves its kind alone. */
  readonly isEnabled: boolean
  readonly config: RuleConfig
  /** True until a person changes a rule that came with the profile. */
  readonly isDefault: boolean
  readonly createdAt: number
}

/** How a project treats personal data. */
export type Policy = {
  readonly id: string
  readonly projectId: string
  readonly name: string
  readonly description: string
  readonly profile: Profile
  /** A label for people: a draft that is attached to a deployment is applied like an active policy. */
  readonly status: PolicyStatus
  readonly settings: PolicySettings
  readonly ruleCount: number
  /** Deployments that use it and are not archived. */
  readonly deploymentCount: number
  readonly createdAt: number
  readonly updatedAt: number
}

const wholeFrom = (least: number, most: number) => {
  const expected = `expected a whole number from ${least} to ${most}`
  return z.number(expected).int(expected).min(least, expected).max(most, expected)
}

export const ruleConfigSchema = z.object({
  /** redact: what stands in place of the value. */
  replacement: z.string('expected text').max(100, 'at most 100 characters').optional(),
  /** mask: characters that stay, and what covers the others. */
  show_last: wholeFrom(0, 32).optional(),
  show_first: wholeFrom(0, 32).optional(),
  character: z.string('expected one character').length(1, 'expected one character').optional(),
  /** hash: hexadecimal digits kept. */
  length: wholeFrom(16, 64).optional(),
  /** generalize: what remains of a date; width of an age band or a number's range; characters kept of a postal code; decimals kept of coordinates. */
  to: z.enum(['month', 'year', 'decade'], 'expected "month", "year" or "decade"').optional(),
  band: wholeFrom(2, 1000).optional(),
  step: z.number('expected a number above 0').positive('expected a number above 0').optional(),
  keep: wholeFrom(0, 8).optional(),
  decimals: wholeFrom(0, 4).optional(),
})

export const piiTypeSchema = z.enum(PII_TYPES, {
  error: ({ input }) =>
    `"${String(input).slice(0, 60)}" is no kind of personal data; GET /api/privacy/pii-types lists them`,
})

export const ruleSchema = z.object({
  piiType: piiTypeSchema,
  action: z.enum(ACTIONS, `expected one of ${ACTIONS.join(', ')}`),
  isEnabled: z.boolean('expected true or false').default(true),
  config: ruleConfigSchema.default({}),
})

export type NewRule = z.output<typeof ruleSchema>

export const ruleChangeSchema = z.object({
  piiType: piiTypeSchema.optional(),
  action: ruleSchema.shape.action.optional(),
  isEnabled: z.boolean('expected true or false').optional(),
  config: ruleConfigSchema.optional(),
})

export type RuleChange = z.output<typeof ruleChangeSchema>

export const thresholdSchema = z
  .number('expected a number from 0 to 1')
  .min(0, 'expected a number from 0 to 1')
  .max(1, 'expected a number from 0 to 1')

export const settingsSchema = z.object({
  autoDetect: z.boolean('expected true or false').optional(),
  confidenceThreshold: thresholdSchema.optional(),
})

export const policySchema = z.object({
  projectId: z.string('expected the id of a project').min(1, 'expected the id of a project'),
  name: z
    .string('expected a name')
    .trim()
    .min(1, 'give the policy a name')
    .max(100, 'at most 100 characters'),
  description: z.string('expected text').max(2000, 'at most 2000 characters').default(''),
  profile: z.enum(PROFILES, `expected one of ${PROFILES.join(', ')}`),
  status: z.enum(POLICY_STATUSES, 'expected "draft" or "active"').default('draft'),
  settings: settingsSchema.default({}),
})

export type NewPolicy = z.output<typeof policySchema>

export const policyChangeSchema = z.object({
  name: policySchema.shape.name.optional(),
  description: z.string('expected text').max(2000, 'at most 2000 characters').optional(),
  status: z.enum(POLICY_STATUSES, 'expected "draft" or "active"').optional(),
  settings: settingsSchema.optional(),
})

export type PolicyChange = z.output<typeof policyChangeSchema>

export const policyQuerySchema = z.object({
  projectId: z.string().optional(),
  status: z.enum(POLICY_STATUSES, 'expected "draft" or "active"').optional(),
  search: z.string().max(200).default(''),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).default(0),
})

export type PolicyQuery = z.output<typeof policyQuerySchema>

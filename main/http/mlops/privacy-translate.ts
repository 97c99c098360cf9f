import type * as z from 'zod'
import type { DeploymentPrivacy } from '../../core/deployments/deployment'
import type { Detection } from '../../core/privacy/detect'
import type { Policy, Rule } from '../../core/privacy/policy'
import type { PrivacyVocabulary } from '../../core/privacy/privacy'
import type { PrivacyOverride } from '../../core/privacy/request-privacy'
import type * as reply from './privacy-replies'
import type { deploymentPrivacyFields, predictPrivacyFields } from './privacy-wire'

type Fields<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>

const toTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** A policy that is attached without a word on logs is attached for the log. */
export function fromDeploymentPrivacy(body: Fields<typeof deploymentPrivacyFields>): DeploymentPrivacy {
  const policyId = body.privacy_policy_id ?? null
  return {
    policyId,
    anonymizeLogs: body.privacy_anonymize_logs ?? policyId !== null,
    anonymizeResponse: body.privacy_anonymize_response ?? false,
    columnMap: body.privacy_column_map ?? {},
    threshold: body.privacy_threshold ?? null,
  }
}

export const toDeploymentPrivacy = (privacy: DeploymentPrivacy): object => ({
  privacy_policy_id: privacy.policyId,
  privacy_anonymize_logs: privacy.anonymizeLogs,
  privacy_anonymize_response: privacy.anonymizeResponse,
  privacy_column_map: privacy.columnMap,
  privacy_threshold: privacy.threshold,
})

export const fromPredictPrivacy = (
  options: Partial<Fields<typeof predictPrivacyFields>>,
): PrivacyOverride => ({
  policyId: options.privacy_policy_id ?? undefined,
  anonymizeLogs: options.anonymize_logs ?? undefined,
  anonymizeResponse: options.anonymize_response ?? undefined,
})

export const toPolicy = (policy: Policy): z.input<typeof reply.policy> => ({
  id: policy.id,
  policy_id: policy.id,
  project_id: policy.projectId,
  name: policy.name,
  description: policy.description,
  profile: policy.profile,
  status: policy.status,
  settings: {
    auto_detect: policy.settings.autoDetect,
    confidence_threshold: policy.settings.confidenceThreshold,
  },
  rule_count: policy.ruleCount,
  deployment_count: policy.deploymentCount,
  created_at: toTime(policy.createdAt),
  updated_at: toTime(policy.updatedAt),
})

export const toRule = (rule: Rule): z.input<typeof reply.rule> => ({
  id: rule.id,
  rule_id: rule.id,
  policy_id: rule.policyId,
  pii_type: rule.piiType,
  action: rule.action,
  is_enabled: rule.isEnabled,
  config: rule.config,
  is_default: rule.isDefault,
  created_at: toTime(rule.createdAt),
})

export const toDetection = (detection: Detection): z.input<typeof reply.detection> => ({
  findings: detection.findings.map((finding) => ({
    record: finding.record,
    column: finding.column,
    pii_type: finding.piiType,
    confidence: finding.confidence,
    source: finding.source,
    start: finding.start,
    end: finding.end,
  })),
  columns: detection.columns.map(({ column, piiType, confidence, records }) => ({
    column,
    pii_type: piiType,
    confidence,
    records,
  })),
  counts: detection.counts,
  is_cut: detection.isCut,
})

export const toVocabulary = ({
  types,
  actions,
  profiles,
}: PrivacyVocabulary): z.input<typeof reply.vocabulary> => ({
  pii_types: [...types],
  actions: [...actions],
  profiles: profiles.map(({ profile, settings, rules }) => ({
    profile,
    settings: { auto_detect: settings.autoDetect, confidence_threshold: settings.confidenceThreshold },
    rules: rules.map(({ piiType, action, config }) => ({ pii_type: piiType, action, config })),
  })),
})

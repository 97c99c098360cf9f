import type { RuleChange } from '../../core/privacy/policy'
import type { CallContext, Reply, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody, parseQuery } from '../parse'
import * as to from './privacy-translate'
import * as wire from './privacy-wire'

const ok = (body: unknown): Reply => ({ status: 200, body })
const created = (body: unknown): Reply => ({ status: 201, body })
const policyId = ({ request }: CallContext): string => pathParameter(request, 'policy_id')
const ruleId = ({ request }: CallContext): string => pathParameter(request, 'rule_id')

const POLICIES = '/api/privacy/policies'
const POLICY = `${POLICIES}/:policy_id`

function changeRule(context: CallContext, inPolicy?: string): Reply {
  const { pii_type, is_enabled, ...rest } = parseBody(wire.changeRuleBody, context.request)
  const change: RuleChange = { ...rest, piiType: pii_type, isEnabled: is_enabled }
  const rule = context.core.privacy.policies.changeRule(ruleId(context), change, inPolicy)
  return ok({ ok: true, rule: to.toRule(rule) })
}

function removeRule(context: CallContext, inPolicy?: string): Reply {
  context.core.privacy.policies.removeRule(ruleId(context), inPolicy)
  return ok({ ok: true })
}

/** Paths of privacy: policies and their rules, and trying them on records. */
export const privacyRoutes: readonly Route[] = [
  {
    method: 'post',
    path: POLICIES,
    scope: 'write',
    handle: ({ core, request }) => {
      const { project_id, description, settings, ...body } = parseBody(wire.createPolicyBody, request)
      const input = {
        ...body,
        projectId: project_id,
        description: description ?? '',
        settings: settings ?? {},
      }
      return created(to.toPolicy(core.privacy.policies.create(input)))
    },
  },
  {
    method: 'get',
    path: POLICIES,
    scope: 'read',
    handle: ({ core, request }) => {
      const { project_id, ...query } = parseQuery(wire.listPoliciesQuery, request)
      const page = core.privacy.policies.list({ ...query, projectId: project_id })
      return ok({ ...page, items: page.items.map(to.toPolicy) })
    },
  },
  {
    method: 'get',
    path: POLICY,
    scope: 'read',
    handle: (context) => {
      const { policies } = context.core.privacy
      const policy = policies.get(policyId(context))
      return ok({ policy: { ...to.toPolicy(policy), rules: policies.rules(policy.id).map(to.toRule) } })
    },
  },
  {
    method: 'patch',
    path: POLICY,
    scope: 'write',
    handle: (context) => {
      const change = parseBody(wire.changePolicyBody, context.request)
      const policy = context.core.privacy.policies.update(policyId(context), change)
      return ok({ ok: true, policy: to.toPolicy(policy) })
    },
  },
  {
    method: 'delete',
    path: POLICY,
    scope: 'write',
    handle: (context) => {
      context.core.privacy.policies.remove(policyId(context))
      return ok({ ok: true })
    },
  },
  {
    method: 'post',
    path: `${POLICY}/rules`,
    scope: 'write',
    handle: (context) => {
      const { pii_type, is_enabled, ...body } = parseBody(wire.createRuleBody, context.request)
      const rule = { ...body, piiType: pii_type, isEnabled: is_enabled }
      return created(to.toRule(context.core.privacy.policies.addRule(policyId(context), rule)))
    },
  },
  {
    method: 'get',
    path: `${POLICY}/rules`,
    scope: 'read',
    handle: (context) => {
      const query = parseQuery(wire.pageQuery, context.request)
      const page = context.core.privacy.policies.listRules(policyId(context), query)
      return ok({ ...page, items: page.items.map(to.toRule) })
    },
  },
  {
    method: 'patch',
    path: `${POLICY}/rules/:rule_id`,
    scope: 'write',
    handle: (context) => changeRule(context, policyId(context)),
  },
  {
    method: 'delete',
    path: `${POLICY}/rules/:rule_id`,
    scope: 'write',
    handle: (context) => removeRule(context, policyId(context)),
  },
  {
    method: 'patch',
    path: '/api/privacy/rules/:rule_id',
    scope: 'write',
    handle: (context) => changeRule(context),
  },
  {
    method: 'delete',
    path: '/api/privacy/rules/:rule_id',
    scope: 'write',
    handle: (context) => removeRule(context),
  },
  {
    method: 'get',
    path: '/api/privacy/pii-types',
    scope: 'read',
    handle: ({ core }) => ok(to.toVocabulary(core.privacy.vocabulary())),
  },
  {
    method: 'post',
    path: '/api/privacy/detect',
    scope: 'read',
    handle: async ({ core, request }) => {
      const { records, text, policy_id, column_map, threshold } = parseBody(wire.detectBody, request)
      const reading = { policyId: policy_id ?? undefined, columnMap: column_map, threshold }
      const detection =
        records === undefined
          ? core.privacy.detectText(text ?? '', reading)
          : await core.privacy.detect(records, reading)
      return ok(to.toDetection(detection))
    },
  },
  {
    method: 'post',
    path: '/api/privacy/transform',
    // Tokens are kept for good, so that this is more than reading.
    scope: 'write',
    handle: async ({ core, request }) => {
      const { policy_id, records, column_map, threshold } = parseBody(wire.transformBody, request)
      const reading = { columnMap: column_map, threshold }
      return ok({ records: await core.privacy.transform(policy_id, records, reading) })
    },
  },
  {
    method: 'post',
    path: '/api/privacy/decrypt',
    scope: 'admin',
    handle: ({ core, request }) => {
      const { values } = parseBody(wire.revealBody, request)
      return ok({ values: values.map((value) => core.privacy.reveal(value)) })
    },
  },
]

import type { RouteDocumentation } from '../dialect'
import * as reply from './privacy-replies'
import * as wire from './privacy-wire'
import { okReply, pageOf } from './replies'

const POLICIES = '/api/privacy/policies'
const POLICY = `${POLICIES}/:policy_id`

const change: RouteDocumentation = {
  summary: 'Change a rule of a privacy policy',
  body: wire.changeRuleBody,
  replies: { 200: reply.ruleChanged },
  refusals: [409],
}
const removal: RouteDocumentation = {
  summary: 'Delete a rule of a privacy policy',
  replies: { 200: okReply },
}

/** What each call about privacy is for, takes and answers, by method and path. */
export const privacyDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`POST ${POLICIES}`]: {
    summary: 'Make a privacy policy with the rules of a profile',
    body: wire.createPolicyBody,
    replies: { 201: reply.policy },
    refusals: [404, 409],
  },
  [`GET ${POLICIES}`]: {
    summary: 'List privacy policies, newest first',
    query: wire.listPoliciesQuery,
    replies: { 200: pageOf(reply.policy) },
  },
  [`GET ${POLICY}`]: { summary: 'A privacy policy with its rules', replies: { 200: reply.policyDetail } },
  [`PATCH ${POLICY}`]: {
    summary: 'Change a privacy policy',
    body: wire.changePolicyBody,
    replies: { 200: reply.policyChanged },
    refusals: [409],
  },
  [`DELETE ${POLICY}`]: {
    summary: 'Delete a privacy policy that no deployment uses',
    replies: { 200: okReply },
    refusals: [409],
  },
  [`POST ${POLICY}/rules`]: {
    summary: 'Add a rule; it takes the place of the one from the profile for its kind',
    body: wire.createRuleBody,
    replies: { 201: reply.rule },
    refusals: [409],
  },
  [`GET ${POLICY}/rules`]: {
    summary: 'List the rules of a privacy policy',
    query: wire.pageQuery,
    replies: { 200: pageOf(reply.rule) },
  },
  [`PATCH ${POLICY}/rules/:rule_id`]: change,
  [`DELETE ${POLICY}/rules/:rule_id`]: removal,
  'PATCH /api/privacy/rules/:rule_id': change,
  'DELETE /api/privacy/rules/:rule_id': removal,
  'GET /api/privacy/pii-types': {
    summary: 'Kinds of personal data, actions, and what a policy of each profile begins with',
    replies: { 200: reply.vocabulary },
  },
  'POST /api/privacy/detect': {
    summary: 'Find personal data in records or in a text; nothing is kept',
    body: wire.detectBody,
    replies: { 200: reply.detection },
    refusals: [404],
  },
  'POST /api/privacy/transform': {
    summary: 'Records as a privacy policy leaves them',
    body: wire.transformBody,
    replies: { 200: reply.transformed },
    refusals: [404, 503],
  },
  'POST /api/privacy/decrypt': {
    summary: 'The values behind tokens and encrypted values of this workspace',
    body: wire.revealBody,
    replies: { 200: reply.revealed },
    refusals: [503],
  },
}

import type { RouteDocumentation } from '../dialect'
import * as reply from './alert-replies'
import * as wire from './alert-wire'
import { okReply, pageOf } from './replies'

const RULES = '/api/mlops/projects/:project_id/alert-rules'
const RULE = '/api/mlops/alert-rules/:alert_rule_id'
const ALERT = '/api/mlops/alerts/:alert_id'
const SETTINGS = '/api/mlops/settings/notifications'

/** What each call about alerts is for, takes and answers, by method and path. */
export const alertDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`GET ${RULES}`]: {
    summary: 'List the alert rules of a project, newest first',
    query: wire.listRulesQuery,
    replies: { 200: pageOf(reply.alertRule) },
  },
  [`POST ${RULES}`]: {
    summary: 'Watch a number and send word when it meets a condition',
    body: wire.createRuleBody,
    replies: { 201: reply.createdAlertRule },
    refusals: [400],
  },
  [`GET ${RULE}`]: { summary: 'An alert rule, its secrets hidden', replies: { 200: reply.alertRuleReply } },
  [`PATCH ${RULE}`]: {
    summary: 'Change what is named; a hidden secret keeps the stored one',
    body: wire.changeRuleBody,
    replies: { 200: reply.alertRuleReply },
    refusals: [400],
  },
  [`DELETE ${RULE}`]: { summary: 'Delete a rule; its alerts end and stay', replies: { 200: okReply } },
  [`POST ${RULE}/test`]: {
    summary: 'Send a test to every channel of a rule and tell what happened',
    replies: { 200: reply.testReport },
    refusals: [503],
  },
  'GET /api/mlops/projects/:project_id/alerts': {
    summary: 'List alerts: open ones first, then acknowledged, then resolved ones',
    query: wire.listAlertsQuery,
    replies: { 200: pageOf(reply.alert) },
  },
  [`GET ${ALERT}`]: {
    summary: 'An alert with its history and every message about it',
    replies: { 200: reply.alertReply },
  },
  [`POST ${ALERT}/acknowledge`]: {
    summary: 'Say that someone takes care: no reminders, no escalation',
    body: wire.noteBody,
    replies: { 200: reply.changedAlert },
    refusals: [409],
  },
  [`POST ${ALERT}/resolve`]: {
    summary: 'End an alert by hand',
    body: wire.noteBody,
    replies: { 200: reply.changedAlert },
  },
  [`POST ${ALERT}/mute`]: {
    summary: 'Be silent about an alert until a time',
    body: wire.muteBody,
    replies: { 200: reply.changedAlert },
    refusals: [409],
  },
  [`GET ${SETTINGS}`]: {
    summary: 'The mail server and the hosts that webhooks may reach beside the public internet',
    replies: { 200: reply.notificationSettings },
  },
  [`PATCH ${SETTINGS}`]: {
    summary: 'Change what is named; a hidden password keeps the stored one',
    body: wire.notificationSettingsBody,
    replies: { 200: reply.notificationSettings },
  },
}

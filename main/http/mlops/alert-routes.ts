import type { CallContext, Reply, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody, parseQuery } from '../parse'
import * as to from './alert-translate'
import * as wire from './alert-wire'
import { toPage } from './translate'

const ok = (body: unknown): Reply => ({ status: 200, body })
const id = ({ request }: CallContext, name: string): string => pathParameter(request, name)

const RULES = '/api/mlops/projects/:project_id/alert-rules'
const RULE = '/api/mlops/alert-rules/:alert_rule_id'
const ALERT = '/api/mlops/alerts/:alert_id'
const SETTINGS = '/api/mlops/settings/notifications'

/** Alert rules, alerts, and how word of them is sent. */
export const alertRoutes: readonly Route[] = [
  {
    method: 'get',
    path: RULES,
    scope: 'read',
    handle: (context) => {
      const page = parseQuery(wire.listRulesQuery, context.request)
      const projectId = id(context, 'project_id')
      return ok(toPage(context.core.alerts.rules.list({ projectId, ...page }), (rule) => to.toRule(rule)))
    },
  },
  {
    method: 'post',
    path: RULES,
    scope: 'write',
    handle: (context) => {
      const input = to.fromNewRule(parseBody(wire.createRuleBody, context.request))
      const { rule, newSecrets } = context.core.alerts.rules.create(id(context, 'project_id'), input)
      return { status: 201, body: { ...to.toRule(rule, newSecrets), alert_rule_id: rule.id } }
    },
  },
  {
    method: 'get',
    path: RULE,
    scope: 'read',
    handle: (context) =>
      ok({ alert_rule: to.toRule(context.core.alerts.rules.get(id(context, 'alert_rule_id'))) }),
  },
  {
    method: 'patch',
    path: RULE,
    scope: 'write',
    handle: (context) => {
      const change = to.fromRuleChange(parseBody(wire.changeRuleBody, context.request))
      const { rule, newSecrets } = context.core.alerts.rules.update(id(context, 'alert_rule_id'), change)
      return ok({ alert_rule: to.toRule(rule, newSecrets) })
    },
  },
  {
    method: 'delete',
    path: RULE,
    scope: 'write',
    handle: (context) => {
      context.core.alerts.rules.remove(id(context, 'alert_rule_id'))
      return ok({ ok: true })
    },
  },
  {
    method: 'post',
    path: `${RULE}/test`,
    scope: 'write',
    handle: async (context) =>
      ok(to.toTestReport(await context.core.alerts.test(id(context, 'alert_rule_id')))),
  },
  {
    method: 'get',
    path: '/api/mlops/projects/:project_id/alerts',
    scope: 'read',
    handle: (context) => {
      const query = parseQuery(wire.listAlertsQuery, context.request)
      const { id: projectId } = context.core.projects.get(id(context, 'project_id'))
      const page = context.core.alerts.list({
        projectId,
        deploymentId: query.deployment_id,
        ruleId: query.rule_id,
        status: query.status,
        severity: query.severity,
        limit: query.limit,
        offset: query.offset,
      })
      return ok(toPage(page, to.toAlert))
    },
  },
  {
    method: 'get',
    path: ALERT,
    scope: 'read',
    handle: (context) => ok({ alert: to.toAlertDetail(context.core.alerts.get(id(context, 'alert_id'))) }),
  },
  {
    method: 'post',
    path: `${ALERT}/acknowledge`,
    scope: 'write',
    handle: (context) => {
      const { note } = parseBody(wire.noteBody, context.request)
      const alert = context.core.alerts.acknowledge(id(context, 'alert_id'), context.caller.name, note)
      return ok({ ok: true, alert: to.toAlert(alert) })
    },
  },
  {
    method: 'post',
    path: `${ALERT}/resolve`,
    scope: 'write',
    handle: (context) => {
      const { note } = parseBody(wire.noteBody, context.request)
      const alert = context.core.alerts.resolve(id(context, 'alert_id'), context.caller.name, note)
      return ok({ ok: true, alert: to.toAlert(alert) })
    },
  },
  {
    method: 'post',
    path: `${ALERT}/mute`,
    scope: 'write',
    handle: (context) => {
      const mute = to.fromMute(parseBody(wire.muteBody, context.request))
      const alert = context.core.alerts.mute(id(context, 'alert_id'), mute, context.caller.name)
      return ok({ ok: true, alert: to.toAlert(alert) })
    },
  },
  {
    method: 'get',
    path: SETTINGS,
    scope: 'admin',
    handle: ({ core }) => ok(to.toSettings(core.alerts.settings.get())),
  },
  {
    method: 'patch',
    path: SETTINGS,
    scope: 'admin',
    handle: ({ core, request }) => {
      const change = to.fromSettings(parseBody(wire.notificationSettingsBody, request))
      return ok(to.toSettings(core.alerts.settings.update(change)))
    },
  },
]

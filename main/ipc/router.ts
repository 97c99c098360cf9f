import { ORPCError, os } from '@orpc/server'
import * as z from 'zod'
import { newKeySchema } from '../core/access/access'
import { alertQuerySchema, muteSchema } from '../core/alerts/alert'
import { newRuleSchema, ruleChangeSchema as alertRuleChangeSchema } from '../core/alerts/alert-rule'
import { settingsChangeSchema } from '../core/alerts/notification-settings'
import type { Core } from '../core/core'
import {
  deploymentChangeSchema,
  deploymentQuerySchema,
  deploymentSchema,
  rollbackSchema,
} from '../core/deployments/deployment'
import { MOST_EXPLAINED_RECORDS, methodChoiceSchema } from '../core/explanations/explanation'
import { importanceRequestSchema } from '../core/importance/importance'
import { JOB_STATUSES } from '../core/jobs/job'
import {
  modelQuerySchema,
  registrationSchema,
  trainingDataSchema,
  verificationSchema,
} from '../core/models/model'
import { methodResultQuerySchema, methodSettingSchema } from '../core/monitoring/method-drift'
import { exportFormatSchema } from '../core/predictions/log-export'
import { logFilterSchema } from '../core/predictions/log-filter'
import { retentionSchema } from '../core/predictions/log-retention'
import {
  piiTypeSchema,
  policyChangeSchema,
  policyQuerySchema,
  policySchema,
  ruleChangeSchema,
  ruleSchema,
  thresholdSchema,
} from '../core/privacy/policy'
import { newProjectSchema, projectQuerySchema } from '../core/projects/project'
import { groundTruthSettingsSchema } from '../core/predictions/ground-truth'
import { WorkstationError } from '../errors'
import { newTrainingSchema, planSchema } from '../core/training/training'
import { ERROR_STATUS } from './error-status'
import { streamEvents } from './event-stream'
import type { WorkspaceInformation } from './workspace-information'

/** What a call over IPC or from the browser session can reach; the person at this computer is its caller. */
export type RouterContext = {
  readonly core: Core
  readonly workspace: () => WorkspaceInformation
  /** Aborts when the workstation closes: a feed that goes on would hold its connection open. */
  readonly closing: AbortSignal
}

const base = os.$context<RouterContext>().use(async ({ next }) => {
  try {
    return await next()
  } catch (error) {
    if (!(error instanceof WorkstationError)) throw error
    throw new ORPCError(error.code.toUpperCase(), {
      status: ERROR_STATUS[error.code],
      message: error.message,
      data: { problems: error.problems, detail: error.detail },
    })
  }
})

const byId = z.object({ id: z.string().min(1).max(100) })
const withNote = byId.extend({ note: z.string().max(2000).default('') })
const record = z.record(z.string(), z.json())
const reading = z.object({
  records: z.array(record).max(1000),
  policyId: z.string().optional(),
  columnMap: z.record(z.string(), piiTypeSchema).optional(),
  threshold: thresholdSchema.optional(),
})
const HOUR_MS = 3600_000
const qualityQuery = z.object({
  since: z.number().optional(),
  until: z.number().optional(),
  windowMs: z
    .number()
    .min(HOUR_MS)
    .max(400 * 24 * HOUR_MS)
    .optional(),
  bucket: z.enum(['hour', 'day']).optional(),
})

/** Our own interface's verbs. The renderer's client type is derived from it; it is carried over IPC and over HTTP alike. */
export const router = {
  workspace: {
    get: base.handler(({ context }) => context.workspace()),
    loadSample: base.handler(({ context }) => context.core.sample.load()),
    /** One feed for everything that changes; open it once and refresh what it names. */
    events: base.handler(({ context, signal = context.closing }) =>
      streamEvents(context.core.events, AbortSignal.any([signal, context.closing])),
    ),
  },
  access: {
    keys: base.handler(({ context }) => context.core.keys.listKeys()),
    createKey: base.input(newKeySchema).handler(({ context, input }) => context.core.keys.createKey(input)),
    revokeKey: base.input(byId).handler(({ context, input }) => context.core.keys.revokeKey(input.id)),
  },
  projects: {
    list: base.input(projectQuerySchema).handler(({ context, input }) => context.core.projects.list(input)),
    get: base.input(byId).handler(({ context, input }) => context.core.projects.get(input.id)),
    create: base.input(newProjectSchema).handler(({ context, input }) => context.core.projects.create(input)),
  },
  models: {
    list: base.input(modelQuerySchema).handler(({ context, input }) => context.core.models.list(input)),
    get: base.input(byId).handler(({ context, input }) => context.core.models.get(input.id)),
    versions: base.input(byId).handler(({ context, input }) => context.core.models.versions(input.id)),
    /** What an uploaded model file and training file hold, before anything is registered; nothing of them is run. */
    inspect: base
      .input(registrationSchema.pick({ modelFile: true, trainingFile: true }).partial({ trainingFile: true }))
      .handler(({ context, input, signal }) => context.core.models.inspect(input, signal)),
    /** What converting a pickle by running its code would mean on this computer. */
    pythonOffer: base.handler(({ context }) => context.core.models.pythonOffer()),
    /** Gives uploads up that will not be registered, e.g. when the form is closed. */
    discardUploads: base
      .input(z.object({ files: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(10) }))
      .handler(({ context, input }) => context.core.models.discardUploads(input.files)),
    register: base
      .input(registrationSchema)
      .handler(({ context, input, signal }) => context.core.models.register(input, signal)),
    /** Gives a version that was registered without training data an uploaded file of them. */
    attachTrainingData: base
      .input(byId.extend(trainingDataSchema.shape))
      .handler(({ context, signal, input: { id, ...data } }) =>
        context.core.models.attachTrainingData(id, data, signal),
      ),
    /** Compares a version's answers with those of the original, which lie in uploaded files. */
    verify: base
      .input(byId.extend(verificationSchema.shape))
      .handler(({ context, signal, input: { id, ...files } }) =>
        context.core.models.verify(id, files, signal),
      ),
    update: base
      .input(
        byId.extend({
          name: z.string().trim().min(1).max(100).optional(),
          description: z.string().max(2000).optional(),
        }),
      )
      .handler(({ context, input }) => context.core.models.update(input.id, input)),
    remove: base.input(byId).handler(({ context, input }) => context.core.models.remove(input.id)),
    /** The frozen distributions of a version's training data. */
    profile: base.input(byId).handler(({ context, input }) => context.core.models.profile(input.id)),
  },
  deployments: {
    list: base
      .input(deploymentQuerySchema)
      .handler(({ context, input }) => context.core.deployments.list(input)),
    get: base.input(byId).handler(({ context, input }) => context.core.deployments.get(input.id)),
    history: base.input(byId).handler(({ context, input }) => context.core.deployments.history(input.id)),
    create: base
      .input(deploymentSchema)
      .handler(({ context, input }) => context.core.deployments.create(input, 'owner')),
    edit: base
      .input(byId.extend(deploymentChangeSchema.shape))
      .handler(({ context, input: { id, ...edit } }) => context.core.deployments.edit(id, edit, 'owner')),
    /** The deployments of a project that answer, side by side. */
    compare: base
      .input(byId.extend({ minutes: z.number().int().min(5).max(10_080).default(60) }))
      .handler(({ context, input }) => context.core.monitoring.compare(input.id, input.minutes)),
    promote: base
      .input(byId)
      .handler(({ context, input }) => context.core.deployments.promote(input.id, 'owner')),
    deactivate: base
      .input(byId)
      .handler(({ context, input }) => context.core.deployments.deactivate(input.id, 'owner')),
    rollback: base
      .input(byId.extend({ target: rollbackSchema }))
      .handler(({ context, input }) => context.core.deployments.rollback(input.id, input.target, 'owner')),
    predict: base
      .input(
        byId.extend({ records: z.array(record).min(1).max(10_000), storePayload: z.boolean().default(true) }),
      )
      .handler(({ context, input }) =>
        context.core.serving.predict({
          deploymentId: input.id,
          records: input.records,
          options: { storePayload: input.storePayload },
        }),
      ),
    /** Why the deployment answers what it answers, without recording another prediction. */
    explain: base
      .input(
        byId.extend({
          records: z.array(record).min(1).max(MOST_EXPLAINED_RECORDS),
          method: methodChoiceSchema.optional(),
          explainedClass: z.string().max(1000).optional(),
        }),
      )
      .handler(({ context, input: { id, ...request } }) =>
        context.core.explanations.explain({ deploymentId: id, ...request }),
      ),
    /** Rows of the training data, ready to be sent as a prediction. */
    examples: base.input(byId).handler(({ context, input }) => context.core.serving.examples(input.id)),
    predictions: base
      .input(
        byId.extend({
          limit: z.number().int().min(1).max(500).default(50),
          offset: z.number().int().min(0).default(0),
          cursor: z.string().max(1000).optional(),
          filter: logFilterSchema.default({}),
        }),
      )
      .handler(({ context, signal, input: { id, ...query } }) =>
        context.core.predictions.search({ deploymentId: id, ...query }, signal),
      ),
    /** Starts the job that writes the lines a filter means to a file. */
    exportLog: base
      .input(byId.extend({ format: exportFormatSchema, filter: logFilterSchema.default({}) }))
      .handler(({ context, input }) => context.core.logExports.request(input.id, input.format, input.filter)),
    traffic: base
      .input(byId.extend({ minutes: z.number().int().min(5).max(10_080).default(60) }))
      .handler(({ context, input }) => context.core.predictions.traffic(input.id, input.minutes)),
  },
  importance: {
    /** Computed importances of a deployment, newest first. */
    list: base.input(byId).handler(({ context, input }) => context.core.importances.list(input.id)),
    /** The newest, or the one that is asked for; null when there is none. */
    get: base
      .input(byId.extend({ importanceId: z.string().optional() }))
      .handler(({ context, input }) => context.core.importances.find(input.id, input.importanceId)),
    start: base
      .input(byId.extend(importanceRequestSchema.shape))
      .handler(({ context, input: { id, ...request } }) => context.core.importances.request(id, request)),
    /** What the values of one feature contribute. */
    dependence: base
      .input(byId.extend({ feature: z.string(), importanceId: z.string().optional() }))
      .handler(({ context, input }) =>
        context.core.importances.dependence(input.id, input.feature, input.importanceId),
      ),
  },
  drift: {
    get: base.input(byId).handler(({ context, input }) => context.core.monitoring.drift(input.id)),
    history: base.input(byId).handler(({ context, input }) => context.core.monitoring.driftHistory(input.id)),
    run: base.input(byId).handler(({ context, input }) => context.core.monitoring.runDrift(input.id)),
    /** Drift of every serving deployment, newest trouble first. */
    overview: base.handler(({ context }) => context.core.monitoring.overview()),
    /** Drift by the method that the model asks for, or the deployment. */
    method: {
      get: base.input(byId).handler(({ context, input }) => context.core.monitoring.byMethod.state(input.id)),
      /** Null leaves it to the model. */
      set: base
        .input(byId.extend({ setting: methodSettingSchema.nullable() }))
        .handler(({ context, input }) => context.core.monitoring.byMethod.set(input.id, input.setting)),
      run: base.input(byId).handler(({ context, input }) => context.core.monitoring.byMethod.run(input.id)),
      results: base
        .input(byId.extend(methodResultQuerySchema.shape))
        .handler(({ context, input: { id, ...query } }) =>
          context.core.monitoring.byMethod.results(id, query),
        ),
    },
  },
  retention: {
    get: base.handler(({ context: { core } }) => ({
      retention: core.logRetention.get(),
      usedBytes: core.logRetention.usedBytes(),
    })),
    set: base.input(retentionSchema).handler(({ context, input }) => context.core.logRetention.set(input)),
  },
  alerts: {
    list: base.input(alertQuerySchema).handler(({ context, input }) => context.core.alerts.list(input)),
    countOpen: base
      .input(z.object({ projectId: z.string().nullable() }))
      .handler(({ context, input }) => context.core.alerts.countOpen(input.projectId)),
    get: base.input(byId).handler(({ context, input }) => context.core.alerts.get(input.id)),
    acknowledge: base
      .input(withNote)
      .handler(({ context, input }) => context.core.alerts.acknowledge(input.id, 'owner', input.note)),
    resolve: base
      .input(withNote)
      .handler(({ context, input }) => context.core.alerts.resolve(input.id, 'owner', input.note)),
    mute: base
      .input(byId.extend({ mute: muteSchema }))
      .handler(({ context, input }) => context.core.alerts.mute(input.id, input.mute, 'owner')),
  },
  alertRules: {
    list: base
      .input(
        z.object({
          projectId: z.string().nullable(),
          limit: z.number().int().min(1).max(500).default(50),
          offset: z.number().int().min(0).default(0),
        }),
      )
      .handler(({ context, input }) => context.core.alerts.rules.list(input)),
    create: base
      .input(newRuleSchema.extend({ projectId: z.string().min(1) }))
      .handler(({ context, input: { projectId, ...rule } }) =>
        context.core.alerts.rules.create(projectId, rule),
      ),
    update: base
      .input(byId.extend({ change: alertRuleChangeSchema }))
      .handler(({ context, input }) => context.core.alerts.rules.update(input.id, input.change)),
    remove: base.input(byId).handler(({ context, input }) => context.core.alerts.rules.remove(input.id)),
    /** Sends a test to every channel of a rule and tells what happened. */
    test: base.input(byId).handler(({ context, input }) => context.core.alerts.test(input.id)),
  },
  notifications: {
    settings: base.handler(({ context }) => context.core.alerts.settings.get()),
    updateSettings: base
      .input(settingsChangeSchema)
      .handler(({ context, input }) => context.core.alerts.settings.update(input)),
  },
  privacy: {
    policies: base
      .input(policyQuerySchema)
      .handler(({ context, input }) => context.core.privacy.policies.list(input)),
    policy: base.input(byId).handler(({ context, input }) => context.core.privacy.policies.get(input.id)),
    createPolicy: base
      .input(policySchema)
      .handler(({ context, input }) => context.core.privacy.policies.create(input)),
    updatePolicy: base
      .input(byId.extend(policyChangeSchema.shape))
      .handler(({ context, input: { id, ...change } }) => context.core.privacy.policies.update(id, change)),
    removePolicy: base
      .input(byId)
      .handler(({ context, input }) => context.core.privacy.policies.remove(input.id)),
    rules: base.input(byId).handler(({ context, input }) => context.core.privacy.policies.rules(input.id)),
    addRule: base
      .input(byId.extend(ruleSchema.shape))
      .handler(({ context, input: { id, ...rule } }) => context.core.privacy.policies.addRule(id, rule)),
    changeRule: base
      .input(byId.extend(ruleChangeSchema.shape))
      .handler(({ context, input: { id, ...change } }) =>
        context.core.privacy.policies.changeRule(id, change),
      ),
    removeRule: base
      .input(byId)
      .handler(({ context, input }) => context.core.privacy.policies.removeRule(input.id)),
    /** Kinds of personal data, actions, and what a policy of each profile begins with. */
    vocabulary: base.handler(({ context }) => context.core.privacy.vocabulary()),
    detect: base
      .input(reading)
      .handler(({ context, input: { records, ...rest } }) => context.core.privacy.detect(records, rest)),
    transform: base
      .input(reading.extend({ policyId: z.string().min(1) }))
      .handler(({ context, input: { policyId, records, ...rest } }) =>
        context.core.privacy.transform(policyId, records, rest),
      ),
    reveal: base
      .input(z.object({ value: z.json() }))
      .handler(({ context, input }) => context.core.privacy.reveal(input.value)),
  },
  quality: {
    get: base
      .input(byId.extend({ query: qualityQuery }))
      .handler(({ context, input }) => context.core.monitoring.quality.report(input.id, input.query)),
    settings: base.input(byId).handler(({ context, input }) => context.core.groundTruths.settings(input.id)),
    configure: base
      .input(byId.extend({ change: groundTruthSettingsSchema.partial() }))
      .handler(({ context, input: { id, change } }) =>
        context.core.groundTruths.configure(id, {
          ...(change.keyColumns === undefined ? {} : { keyColumns: change.keyColumns }),
          ...(change.positiveClass === undefined ? {} : { positiveClass: change.positiveClass }),
        }),
      ),
    /** Reads an uploaded CSV file of labels as a job. */
    upload: base
      .input(byId.extend({ file: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(255) }))
      .handler(({ context, input }) =>
        context.core.groundTruths.upload(input.id, { sha256: input.file, name: input.name }),
      ),
  },
  trainings: {
    start: base.input(newTrainingSchema).handler(({ context, input }) => context.core.trainings.start(input)),
    list: base
      .input(byId.extend({ limit: z.number().int().min(1).max(500), offset: z.number().int().min(0) }))
      .handler(({ context, input: { id, ...page } }) => context.core.trainings.list(id, page)),
    get: base.input(byId).handler(({ context, input }) => context.core.trainings.get(input.id)),
    log: base
      .input(byId.extend({ after: z.number().int().min(0).default(0) }))
      .handler(({ context, input }) => context.core.trainings.log(input.id, input.after)),
    cancel: base.input(byId).handler(({ context, input }) => context.core.trainings.cancel(input.id)),
    plan: base.input(byId).handler(({ context, input }) => context.core.trainings.plans.get(input.id)),
    schedule: base
      .input(byId.extend({ plan: planSchema.nullable() }))
      .handler(({ context, input }) => context.core.trainings.plans.set(input.id, input.plan)),
  },
  jobs: {
    list: base
      .input(
        z.object({
          subject: z.string().optional(),
          status: z.enum(JOB_STATUSES).optional(),
          limit: z.number().int().min(1).max(500).default(50),
          offset: z.number().int().min(0).default(0),
        }),
      )
      .handler(({ context, input }) => context.core.jobs.list(input)),
    get: base.input(byId).handler(({ context, input }) => context.core.jobs.get(input.id)),
    cancel: base.input(byId).handler(({ context, input }) => context.core.jobs.cancel(input.id)),
  },
}

export type Router = typeof router

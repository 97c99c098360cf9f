import type { RouteDocumentation } from '../dialect'
import * as reply from './replies'
import * as wire from './wire'

/** What each call of the dialect is for, takes and answers, by method and path. */
export const documentation: Readonly<Record<string, RouteDocumentation>> = {
  'POST /model/add': {
    summary: 'Describe a model; its files are uploaded next. Every field is given back as it was sent',
    body: wire.createModelBody,
    replies: { 201: reply.model },
  },
  'GET /model/all': {
    summary: 'List models, the oldest first',
    query: wire.pageQuery,
    replies: { 200: reply.models },
  },
  'GET /model/getkind/:modelkind': {
    summary: 'List models of a kind; regression, Regressor and REGRESSION are the same',
    query: wire.pageQuery,
    replies: { 200: reply.models },
  },
  'GET /model/search': {
    summary: 'List models that have one of the tags; all of them without tags',
    query: wire.searchQuery,
    replies: { 200: reply.models },
  },
  'POST /model/:model_id/upload': {
    summary:
      'Upload a file of a model, its parts in either order. A model file is converted without being run, and its deployments serve it from then on',
    form: { fields: wire.uploadFields, files: ['file'] },
    replies: { 201: reply.uploadedFile },
  },
  'GET /model/:model_id': {
    summary: 'What is said about a model, and which files it has',
    replies: { 200: reply.modelDetail },
  },
  'PATCH /model/:model_id': {
    summary: 'Change what is said about a model; `Prefer: return=representation` answers with the model',
    body: wire.changeModelBody,
    replies: { 200: reply.model },
  },
  'DELETE /model/:model_id': {
    summary: 'Remove a model that is not deployed, with its files',
    replies: { 200: reply.empty },
    refusals: [409],
  },
  'POST /mltraining/add': {
    summary: 'Train a model anew from its script',
    body: wire.createTrainingBody,
    replies: { 201: reply.training },
    refusals: [400, 404],
  },
  'GET /deployment/all': {
    summary: 'List deployments, the oldest first',
    query: wire.pageQuery,
    replies: { 200: reply.deployments },
  },
  'POST /deployment/add': {
    summary: 'Serve a model; the same again brings the deployment up to date',
    body: wire.createDeploymentBody,
    replies: { 201: reply.deployment },
    refusals: [400, 404, 409, 503],
  },
  'POST /deployment/add/operation': {
    summary: 'Record what was answered elsewhere',
    body: wire.createOperationBody,
    replies: { 201: reply.operation },
    refusals: [404],
  },
  'GET /deployment/get/status/:deployment_id': {
    summary: 'Where a deployment is reached and how it is; why, when it failed',
    replies: { 200: reply.deploymentStatus },
  },
  'GET /deployment/get/opos/:ownerid': {
    summary: 'List operations of an owner, newest first: every prediction, and what was recorded',
    query: wire.pageQuery,
    replies: { 200: reply.operations },
  },
  'POST /deployment/:deployment_id/predict': {
    summary: 'Answer values, records or the CSV file at a link, with the reasons if wanted',
    body: wire.predictBody,
    replies: { 200: reply.prediction },
    refusals: [409, 503],
  },
  'GET /deployment/:deployment_id': { summary: 'A deployment', replies: { 200: reply.deployment } },
  'DELETE /deployment/:deployment_id': {
    summary: 'Take a deployment out of service',
    replies: { 200: reply.empty },
  },
}

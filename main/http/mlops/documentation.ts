import * as z from 'zod'
import type { RouteDocumentation } from '../dialect'
import { importanceDocumentation } from './importance-routes'
import { inferenceLogDocumentation } from './inference-log-routes'
import { methodDriftDocumentation } from './method-drift-routes'
import { inspectionReply, pythonReply, verificationReply, versionReply } from './model-replies'
import { privacyDocumentation } from './privacy-documentation'
import * as reply from './replies'
import { qualityDocumentation } from './quality-routes'
import { trainingDocumentation } from './training-routes'
import * as wire from './wire'

const DEPLOYMENT = '/api/mlops/deployments/:deployment_id'
const VERSION = '/api/models/:model_id/versions/:version'
const PROJECT_DEPLOYMENTS = '/api/mlops/projects/:project_id/deployments'

/** What each call of the dialect is for, takes and answers, by method and path. */
export const documentation: Readonly<Record<string, RouteDocumentation>> = {
  [`POST ${DEPLOYMENT}/predict`]: {
    summary: 'Answer one record or a list of records; each answer is in the log before it is sent',
    body: wire.predictBody,
    replies: { 200: reply.predictReply },
    refusals: [409, 503],
  },
  [`POST ${PROJECT_DEPLOYMENTS}`]: {
    summary: 'Deploy a model; a production deployment archives the former one of the project',
    body: wire.createDeploymentBody,
    replies: { 201: reply.createdDeployment },
    refusals: [400, 503],
  },
  [`GET ${PROJECT_DEPLOYMENTS}`]: {
    summary: 'List the deployments of a project, newest first',
    query: wire.listDeploymentsQuery,
    replies: { 200: reply.pageOf(reply.deployment) },
  },
  'POST /api/mlops/projects/:project_id/predict': {
    summary: 'Answer with one of the deployments of a project, by traffic percent; sticky by routing_key',
    body: wire.projectPredictBody,
    replies: { 200: reply.projectPredictReply },
    refusals: [409, 503],
  },
  'GET /api/mlops/projects/:project_id/compare': {
    summary: 'The deployments of a project that answer, side by side',
    query: wire.compareQuery,
    replies: { 200: reply.comparison },
  },
  [`PATCH ${DEPLOYMENT}`]: {
    summary:
      'Rename a deployment, change its share of the traffic, make it a shadow, declare how it takes ground truth',
    body: wire.editDeploymentBody,
    replies: { 200: reply.deploymentReply },
    refusals: [409],
  },
  [`GET ${DEPLOYMENT}`]: { summary: 'A deployment and its model', replies: { 200: reply.deploymentDetail } },
  [`POST ${DEPLOYMENT}/promote`]: {
    summary: 'Make a staging deployment the production deployment of its project',
    body: wire.promoteBody,
    replies: { 200: reply.promoted },
    refusals: [409, 503],
  },
  [`POST ${DEPLOYMENT}/rollback`]: {
    summary: 'Bring production back to an archived deployment, or to a model',
    body: wire.rollbackBody,
    replies: { 200: reply.rolledBack },
    refusals: [400, 409, 503],
  },
  [`POST ${DEPLOYMENT}/deactivate`]: { summary: 'Archive a deployment', replies: { 200: reply.okReply } },
  [`GET ${DEPLOYMENT}/drift`]: {
    summary: 'The newest comparison of what was asked with the training data',
    replies: { 200: reply.drift },
  },
  [`GET ${DEPLOYMENT}/drift/history`]: {
    summary: 'Drift hour by hour over the last seven days',
    replies: { 200: reply.driftHistory },
  },
  [`POST ${DEPLOYMENT}/drift/run`]: {
    summary: 'Compare as a background job',
    replies: { 200: reply.driftStarted },
  },
  ...methodDriftDocumentation,
  ...inferenceLogDocumentation,
  ...qualityDocumentation,
  ...trainingDocumentation,
  ...importanceDocumentation,
  'GET /api/projects': {
    summary: 'List projects',
    query: wire.listQuery,
    replies: { 200: reply.pageOf(reply.project) },
  },
  'POST /api/projects': {
    summary: 'Create a project',
    body: wire.createProjectBody,
    replies: { 201: reply.createdProject },
    refusals: [409],
  },
  'GET /api/projects/:project_id': { summary: 'A project', replies: { 200: reply.projectReply } },
  'GET /api/models': {
    summary: 'List models, the last changed first',
    query: wire.listModelsQuery,
    replies: { 200: reply.pageOf(reply.model) },
  },
  'POST /api/models': {
    summary:
      'Register a model (ONNX, pickle, joblib, XGBoost, LightGBM; converted without running it unless `run_code` says so); the same name makes the next version',
    form: {
      fields: wire.uploadModelFields,
      files: ['model'],
      optionalFiles: ['training_data', 'verification', 'verification_predictions'],
    },
    replies: { 201: reply.createdModel },
    refusals: [400, 404, 409],
  },
  'POST /api/models/inspect': {
    summary: 'What a model file holds, without registering or running it',
    form: { fields: z.object({}), files: ['model'], optionalFiles: ['training_data'] },
    replies: { 200: inspectionReply },
  },
  'GET /api/models/python': {
    summary:
      'What converting a pickle by running its code would mean here: the Python, what it lacks, whether there is a sandbox',
    replies: { 200: pythonReply },
    refusals: [404],
  },
  [`PUT ${VERSION}/training-data`]: {
    summary: 'Give a version that was registered without training data what it is compared with',
    form: { fields: wire.attachFields, files: ['training_data'] },
    replies: { 200: versionReply },
    refusals: [409],
  },
  [`POST ${VERSION}/verify`]: {
    summary: "Compare a version's answers with the original's on rows of a CSV file; the result is kept",
    form: {
      fields: wire.verifyFields,
      files: ['verification'],
      optionalFiles: ['verification_predictions'],
    },
    replies: { 200: verificationReply },
  },
  'GET /api/models/:model_id': { summary: 'A model with its versions', replies: { 200: reply.modelReply } },
  'DELETE /api/models/:model_id': {
    summary: 'Remove a model that is not deployed, with its files',
    replies: { 200: reply.okReply },
    refusals: [409],
  },
  'GET /api/jobs': {
    summary: 'List background jobs, newest first',
    query: wire.listJobsQuery,
    replies: { 200: reply.pageOf(reply.job) },
  },
  'GET /api/jobs/:job_id': { summary: 'A job', replies: { 200: reply.jobReply } },
  'POST /api/jobs/:job_id/cancel': {
    summary: 'Stop a waiting or running job',
    replies: { 200: reply.jobReply },
    refusals: [409],
  },
  ...privacyDocumentation,
}

/** Nouns as the workstation answers them, for pages to show. */
import type { Deployment } from '../../main/core/deployments/deployment'
import { NO_PRIVACY } from '../../main/core/deployments/deployment'
import type { Model, ModelVersion } from '../../main/core/models/model'
import type { FeatureDrift } from '../../main/core/monitoring/drift/evaluate'
import type { DriftSnapshot } from '../../main/core/monitoring/snapshot'
import type { WorkspaceInformation } from '../../main/ipc/workspace-information'

const AT = Date.UTC(2026, 0, 5, 12)

export const workspace: WorkspaceInformation = {
  version: '1.2.3',
  dataDirectory: '/data',
  url: 'http://127.0.0.1:8888',
  hasSample: false,
  platform: 'linux',
  limits: { maxModelBytes: 1024, maxDataBytes: 2048 },
  firstKey: null,
}

export const model = (name: string): Model => ({
  id: `id-of-${name}`,
  projectId: 'p1',
  name,
  description: '',
  algorithm: 'GBM',
  versionCount: 1,
  latestVersion: 1,
  task: 'classification',
  featureCount: 2,
  deploymentCount: 0,
  createdAt: AT,
  updatedAt: AT,
})

export const deployment: Deployment = {
  id: 'd1',
  logKey: 1,
  projectId: 'p1',
  modelId: 'id-of-fraud',
  modelName: 'fraud',
  modelVersionId: 'v1',
  modelVersion: 1,
  name: 'fraud-live',
  stage: 'staging',
  status: 'active',
  failure: null,
  privacy: NO_PRIVACY,
  trafficPercent: 100,
  isShadow: false,
  createdAt: AT,
  updatedAt: AT,
}

export const version: ModelVersion = {
  id: 'v1',
  modelId: 'id-of-fraud',
  number: 1,
  task: 'classification',
  originalFile: 'a'.repeat(64),
  servedFile: 'a'.repeat(64),
  trainingFile: 'b'.repeat(64),
  trainingFileName: 'training.csv',
  originalFileName: 'fraud.onnx',
  originalBytes: 100,
  targetColumn: 'is_fraud',
  conversion: null,
  verification: null,
  signature: {
    task: 'classification',
    features: [
      { name: 'amount', type: 'number', input: 'x', column: 0, acceptsMissing: false },
      { name: 'hour', type: 'integer', input: 'x', column: 1, acceptsMissing: false },
    ],
    inputs: [{ name: 'x', elementType: 'float32', width: 2, isFlat: false }],
    answer: { kind: 'label', label: 'label', scores: 'scores' },
    classLabels: ['0', '1'],
    isSingleRow: false,
  },
  graph: {
    irVersion: 10,
    producer: { name: 'test', version: '1' },
    opsets: [{ domain: 'ai.onnx', version: 21 }],
    inputs: [],
    outputs: [],
    operators: [],
    classLabels: null,
    hasZipMap: false,
    externalData: [],
    metadata: {},
    nodeCount: 0,
    parameterCount: 0,
    family: 'tree-ensemble',
    modelType: 'TreeEnsembleClassifier',
  },
  changes: [],
  selfTest: { rows: 10, durationMs: 5, accuracy: 0.9, rmse: null, r2: null, notes: [] },
  createdAt: AT,
}

export const featureDrift = (feature: string, change: Partial<FeatureDrift> = {}): FeatureDrift => ({
  feature,
  psi: 0.02,
  status: 'low',
  bins: 2,
  critical: 0.05,
  requiredRows: 60,
  reference: { rows: 1000, missingShare: 0 },
  current: { rows: 200, missingShare: 0 },
  jensenShannon: 0.01,
  hellinger: 0.01,
  largestShareChange: 0.02,
  chiSquaredP: 0.5,
  kolmogorovSmirnov: null,
  meanShift: null,
  dataQuality: [],
  distribution: [
    { label: '< 1', reference: 0.4, current: 0.5 },
    { label: '≥ 1', reference: 0.6, current: 0.5 },
  ],
  ...change,
})

export const snapshot = (change: Partial<DriftSnapshot> = {}): DriftSnapshot => ({
  deploymentId: 'd1',
  modelVersionId: 'v1',
  overallStatus: 'low',
  meanPsi: 0.02,
  rows: 200,
  windowStart: AT,
  windowEnd: AT + 3_600_000,
  hasReference: true,
  referenceRows: 1000,
  features: [featureDrift('amount')],
  predictions: [],
  computedAt: AT,
  ...change,
})

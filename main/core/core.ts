import { join } from 'node:path'
import type { SpawnWorker } from '../inference/carrier'
import type { InferencePool } from '../inference/pool'
import { Database } from '../store/database'
import { SqliteWriter } from '../store/writer'
import { Keys } from './access/keys'
import type { AlertsWorld } from './alerts/alerts'
import { Alerts, REAL_WORLD } from './alerts/alerts'
import type { Analyst } from './analysis'
import { Artifacts } from './artifacts/artifacts'
import { Deployments } from './deployments/deployments'
import { ModelUploads } from './deployments/model-uploads'
import { Placements } from './deployments/placements'
import { Events } from './events'
import { Explainer } from './explanations/explainer'
import { Explanations } from './explanations/explanations'
import { Importances } from './importance/importances'
import { Jobs } from './jobs/jobs'
import { LinkedData } from './linked-data'
import { PREDICTION_MIGRATIONS, WORKSTATION_MIGRATIONS } from './migrations'
import { ModelCards } from './models/model-cards'
import { ModelFiles } from './models/model-files'
import { Models } from './models/models'
import { Monitoring } from './monitoring/monitoring'
import { GroundTruths } from './predictions/ground-truths'
import { LogExports } from './predictions/log-exports'
import { LogRetention } from './predictions/log-retention'
import { Operations } from './predictions/operations'
import { PredictionLog } from './predictions/prediction-log'
import { Predictions } from './predictions/predictions'
import { Privacy } from './privacy/privacy'
import { Projects } from './projects/projects'
import { Sample } from './sample'
import { Secrets } from './secrets/secrets'
import { Serving } from './serving/serving'
import { Trainings } from './training/trainings'
import { WorkspaceFacts } from './workspace-facts'

export type CoreOptions = {
  readonly dataDirectory: string
  readonly resourcesDirectory: string
  readonly givenKey: string
  /** The Python to convert models with by running their code; '' for the first that is found. */
  readonly python: string
  /** Path of the built `sqlite-writer` entry. */
  readonly sqliteWriter: string
  readonly pool: InferencePool
  readonly spawnIsolated: SpawnWorker
  readonly analyst: Analyst
  /** What alerts take from the world outside, where it is not the real one. */
  readonly alertsWorld?: Partial<AlertsWorld>
  readonly onError: (error: unknown) => void
}

/** The table of contents of what the product knows. */
export type Core = {
  readonly events: Events
  readonly keys: Keys
  readonly projects: Projects
  readonly artifacts: Artifacts
  readonly jobs: Jobs
  readonly models: Models
  readonly modelCards: ModelCards
  readonly modelFiles: ModelFiles
  readonly modelUploads: ModelUploads
  readonly deployments: Deployments
  readonly placements: Placements
  readonly privacy: Privacy
  readonly predictions: Predictions
  readonly operations: Operations
  readonly groundTruths: GroundTruths
  readonly logExports: LogExports
  readonly logRetention: LogRetention
  readonly serving: Serving
  readonly monitoring: Monitoring
  readonly explanations: Explanations
  readonly importances: Importances
  readonly alerts: Alerts
  readonly trainings: Trainings
  readonly linkedData: LinkedData
  readonly sample: Sample
  /** Takes up unfinished jobs and loads what serves. */
  start(): Promise<void>
  /** Answers what is under way, then flushes and closes the databases. */
  close(): Promise<void>
}

/** Alerts on accuracy look at the labels of predictions of the last seven days. */
const ACCURACY_WINDOW_MS = 7 * 24 * 3600_000

/** Opens the workspace's databases and builds the features in their order. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { dataDirectory, pool, analyst, spawnIsolated } = options
  const database = new Database(join(dataDirectory, 'workstation.db'), {
    migrations: WORKSTATION_MIGRATIONS,
    synchronous: 'FULL',
  })
  const logPath = join(dataDirectory, 'predictions.db')
  const writer = await SqliteWriter.open(options.sqliteWriter, {
    path: logPath,
    migrations: PREDICTION_MIGRATIONS,
    isShrinkable: true,
  }).catch((error: unknown) => {
    database.close()
    throw error
  })
  const logDatabase = new Database(logPath, {
    migrations: PREDICTION_MIGRATIONS,
    synchronous: 'NORMAL',
    readonly: true,
  })
  const log = new PredictionLog(writer)
  const events = new Events(options.onError)

  const keys = new Keys({ database, events, givenKey: options.givenKey })
  const projects = new Projects(database, events)
  const artifacts = new Artifacts(dataDirectory, database)
  const jobs = new Jobs(database, events)
  const models = new Models({
    database,
    events,
    projects,
    artifacts,
    analyst,
    spawnIsolated,
    resourcesDirectory: options.resourcesDirectory,
    pythonExecutable: options.python,
  })
  const modelCards = new ModelCards({ database, events, projects, models })
  const modelFiles = new ModelFiles({ database, artifacts, models })
  const deployments = new Deployments({ database, events, projects, models, pool })
  const placements = new Placements({ database, models, deployments })
  const modelUploads = new ModelUploads({ artifacts, models, modelCards, modelFiles, deployments })
  const facts = new WorkspaceFacts(database)
  const privacy = new Privacy({ database, dataDirectory, facts, events, projects, deployments })
  const predictions = new Predictions({ database: logDatabase, log, deployments, events, analyst })
  const operations = new Operations({ database, models, deployments, placements, predictions })
  const logExports = new LogExports({ dataDirectory, logPath, jobs, deployments, models, analyst })
  const logRetention = new LogRetention({ log: logDatabase, writer, facts, jobs, predictions })
  const groundTruths = new GroundTruths({
    database,
    logDatabase,
    log,
    writer,
    events,
    jobs,
    artifacts,
    models,
    deployments,
  })
  const serving = new Serving({ deployments, models, privacy, predictions, pool })
  const monitoring = new Monitoring({
    database,
    logDatabase,
    log,
    events,
    jobs,
    models,
    deployments,
    predictions,
    groundTruths,
    serving,
    analyst,
    cardOf: (modelId) => modelCards.driftCard(modelId),
    recorded: (deploymentId, since, most) => operations.recordedInputs({ deploymentId, since, most }),
  })
  const explainer = new Explainer({ events, models, pool, analyst })
  const explanations = new Explanations({ events, deployments, serving, explainer })
  const importances = new Importances({
    database,
    events,
    jobs,
    deployments,
    predictions,
    serving,
    explainer,
  })
  const readAccuracy = (deploymentId: string): { current: number; baseline: number } | null => {
    const loss = monitoring.quality.degradation(deploymentId, ACCURACY_WINDOW_MS)
    return loss && { current: loss.realised, baseline: loss.reference }
  }
  const alerts = new Alerts({
    database,
    facts,
    events,
    secrets: new Secrets(dataDirectory),
    projects,
    models,
    deployments,
    predictions,
    monitoring,
    world: { ...REAL_WORLD, metrics: { accuracy: readAccuracy }, ...options.alertsWorld },
  })
  const linkedData = new LinkedData({ artifacts, analyst, serving, alerts })
  const trainings = new Trainings({
    dataDirectory,
    python: options.python,
    database,
    events,
    jobs,
    artifacts,
    models,
    modelFiles,
    deployments,
    monitoring,
  })
  const sample = new Sample({
    resourcesDirectory: options.resourcesDirectory,
    facts,
    artifacts,
    projects,
    models,
    modelFiles,
    deployments,
    keys,
  })

  return {
    events,
    keys,
    projects,
    artifacts,
    jobs,
    models,
    modelCards,
    modelFiles,
    modelUploads,
    deployments,
    placements,
    privacy,
    predictions,
    operations,
    groundTruths,
    logExports,
    logRetention,
    serving,
    monitoring,
    explanations,
    importances,
    alerts,
    trainings,
    linkedData,
    sample,
    async start() {
      artifacts.sweep()
      await deployments.start()
      await groundTruths.start()
      logExports.start()
      logRetention.start()
      await trainings.prepare()
      jobs.start()
      trainings.startPlans()
      monitoring.byMethod.start()
      alerts.start()
    },
    async close() {
      trainings.close()
      logExports.close()
      logRetention.close()
      monitoring.byMethod.close()
      await serving.drain()
      await jobs.close()
      await alerts.close()
      await groundTruths.close()
      // The reader goes first, so that the writer is the last one on the file and can fold the write-ahead log in.
      logDatabase.close()
      await writer.close()
      database.close()
    },
  }
}

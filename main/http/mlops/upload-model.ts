import { WorkstationError } from '../../errors'
import type { VerificationInput } from '../../core/models/model'
import type { Settings } from '../../settings'
import type { CallContext, Reply } from '../dialect'
import { pathParameter } from '../dialect'
import type { ReceivedForm } from '../multipart'
import { receiveMultipart } from '../multipart'
import { parseWire } from '../parse'
import { toInspection, toModelVersion, toVerification } from './model-translate'
import { toModel } from './translate'
import { attachFields, uploadModelFields, verifyFields } from './wire'

/** Names of the parts that carry the original's predictions. */
const VERIFICATION = 'verification'
const PREDICTIONS = 'verification_predictions'

type Part = 'model' | 'training_data' | typeof VERIFICATION | typeof PREDICTIONS

/** A client may send any name; its end says more than its start. */
const shorten = (name: string): string => name.slice(-255)

const limitOf = (part: Part, settings: Settings): number =>
  part === 'model' ? settings.maxModelBytes : settings.maxDataBytes

/**
 * Receives a form and works on it. The files are given up again when the work fails.
 * @param work what to do; takes the files over when it succeeds
 */
async function withForm(
  { core, settings, request }: CallContext,
  parts: readonly Part[],
  work: (form: ReceivedForm) => Promise<Reply>,
): Promise<Reply> {
  const limits = Object.fromEntries(parts.map((part) => [part, limitOf(part, settings)]))
  const form = await receiveMultipart(request, core.artifacts, limits)
  try {
    return await work(form)
  } catch (error) {
    core.artifacts.release(listFiles(form))
    throw error
  }
}

const listFiles = (form: ReceivedForm): string[] =>
  Object.values(form.files).flatMap((file) => file?.sha256 ?? [])

function requireFile(
  form: ReceivedForm,
  part: Part,
  what: string,
): NonNullable<ReceivedForm['files'][string]> {
  const file = form.files[part]
  if (file !== undefined) return file
  throw new WorkstationError('invalid', `${part}: send ${what} as a part named "${part}"`)
}

function readVerification(
  form: ReceivedForm,
  predictionColumn: string | undefined,
): VerificationInput | null {
  const file = form.files[VERIFICATION]
  const predictions = form.files[PREDICTIONS]
  if (file === undefined) {
    if (predictions === undefined) return null
    throw new WorkstationError('invalid', `${VERIFICATION}: send the rows that "${PREDICTIONS}" belongs to`)
  }
  return {
    file: file.sha256,
    name: shorten(file.name),
    predictionsFile: predictions?.sha256 ?? null,
    predictionsName: predictions === undefined ? null : shorten(predictions.name),
    predictionColumn: predictionColumn ?? null,
  }
}

/**
 * `POST /api/models`, multipart/form-data: the file `model` (ONNX, pickle, joblib, XGBoost, LightGBM; told apart by
 * content) and if wanted `training_data`, `verification`, `verification_predictions` (.csv) in any order, fields
 * `project_id`, `name`, and if wanted `description`, `algo`, `target_column`, `prediction_column`, `allow_mismatch`,
 * `run_code`.
 */
export function uploadModel(context: CallContext): Promise<Reply> {
  const { core } = context
  return withForm(context, ['model', 'training_data', VERIFICATION, PREDICTIONS], async (form) => {
    const fields = parseWire(uploadModelFields, form.fields, 'body')
    core.projects.get(fields.project_id)
    const model = requireFile(form, 'model', 'the model file (.onnx, .pkl, .joblib, .json, .ubj, .txt)')
    const training = form.files['training_data']
    const version = await core.models.register(
      {
        projectId: fields.project_id,
        name: fields.name,
        description: fields.description,
        algorithm: fields.algo,
        modelFile: model.sha256,
        modelFileName: shorten(model.name),
        trainingFile: training?.sha256 ?? null,
        trainingFileName: training === undefined ? null : shorten(training.name),
        targetColumn: fields.target_column ?? null,
        verification: readVerification(form, fields.prediction_column),
        allowsMismatch: fields.allow_mismatch,
        runsCode: fields.run_code,
      },
      context.signal(),
    )
    const registered = core.models.get(version.modelId)
    return {
      status: 201,
      body: {
        model_id: registered.id,
        model: { ...toModel(registered), versions: [toModelVersion(version)] },
      },
    }
  })
}

/** `POST /api/models/inspect`, multipart/form-data: what `model`, and if sent `training_data`, hold; nothing is kept. */
export function inspectModel(context: CallContext): Promise<Reply> {
  const { core } = context
  return withForm(context, ['model', 'training_data'], async (form) => {
    const model = requireFile(form, 'model', 'the model file')
    const files = { modelFile: model.sha256, trainingFile: form.files['training_data']?.sha256 }
    const found = await core.models.inspect(files, context.signal())
    core.artifacts.release(listFiles(form))
    return { status: 200, body: { inspection: toInspection(found) } }
  })
}

const versionOf = ({ core, request }: CallContext): string =>
  core.models.versionOf(pathParameter(request, 'model_id'), pathParameter(request, 'version')).id

/** `PUT …/training-data`, multipart/form-data: the file `training_data`, and if wanted the field `target_column`. */
export function attachTrainingData(context: CallContext): Promise<Reply> {
  return withForm(context, ['training_data'], async (form) => {
    const id = versionOf(context)
    const fields = parseWire(attachFields, form.fields, 'body')
    const file = requireFile(form, 'training_data', 'the .csv file')
    const data = { file: file.sha256, name: shorten(file.name), targetColumn: fields.target_column ?? null }
    const version = await context.core.models.attachTrainingData(id, data, context.signal())
    return { status: 200, body: { version: toModelVersion(version) } }
  })
}

/** `POST …/verify`, multipart/form-data: `verification`, and if wanted `verification_predictions`, `prediction_column`. */
export function verifyModel(context: CallContext): Promise<Reply> {
  return withForm(context, [VERIFICATION, PREDICTIONS], async (form) => {
    const id = versionOf(context)
    const fields = parseWire(verifyFields, form.fields, 'body')
    requireFile(form, VERIFICATION, "rows with the original's predictions (.csv)")
    const files = readVerification(form, fields.prediction_column)
    if (files === null) throw new WorkstationError('invalid', `${VERIFICATION}: expected a file`)
    const found = await context.core.models.verify(id, files, context.signal())
    return { status: 200, body: { verification: toVerification(found) } }
  })
}

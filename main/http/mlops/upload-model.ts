import { WorkstationError } from '../../errors'
import type { CallContext, Reply } from '../dialect'
import { receiveMultipart } from '../multipart'
import { parseWire } from '../parse'
import { toModel, toModelVersion } from './translate'
import { uploadModelFields } from './wire'

/**
 * `POST /api/models`, multipart/form-data: files `model` (.onnx) and `training_data` (.csv) in any order, fields
 * `project_id`, `name`, and if wanted `description`, `algo`, `target_column`.
 */
export async function uploadModel({ core, settings, request, signal }: CallContext): Promise<Reply> {
  const form = await receiveMultipart(request, core.artifacts, {
    model: settings.maxModelBytes,
    training_data: settings.maxDataBytes,
  })
  const files = Object.values(form.files).flatMap((file) => file?.sha256 ?? [])
  try {
    const fields = parseWire(uploadModelFields, form.fields, 'body')
    core.projects.get(fields.project_id)
    const { model, training_data: training } = form.files
    if (model === undefined)
      throw new WorkstationError('invalid', 'model: send the .onnx file as a part named "model"')
    if (training === undefined) {
      throw new WorkstationError(
        'invalid',
        'training_data: send the .csv file as a part named "training_data"',
      )
    }
    const version = await core.models.register(
      {
        projectId: fields.project_id,
        name: fields.name,
        description: fields.description,
        algorithm: fields.algo,
        modelFile: model.sha256,
        modelFileName: model.name,
        trainingFile: training.sha256,
        trainingFileName: training.name,
        targetColumn: fields.target_column ?? null,
        registrationId: '',
      },
      signal(),
    )
    const registered = core.models.get(version.modelId)
    return {
      status: 201,
      body: {
        model_id: registered.id,
        model: { ...toModel(registered), versions: [toModelVersion(version)] },
      },
    }
  } catch (error) {
    core.artifacts.release(files)
    throw error
  }
}

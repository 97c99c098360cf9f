import type { JsonObject } from '../../core/json'
import type { CallContext, Reply } from '../dialect'
import { pathParameter } from '../dialect'
import { toRecords } from './predict-data'
import { readBody } from './read-input'
import { orNotFound, toAnswer, toExplanation } from './translate'
import { predictBody } from './wire'

const LINK = /^https?:\/\//i

/** `POST /deployment/{deployment_id}/predict`: values however they are shaped, or a link to them. */
export async function predict(context: CallContext): Promise<Reply> {
  const { core, request } = context
  const deploymentId = pathParameter(request, 'deployment_id')
  orNotFound('No deployment with matching id was found', () => core.placements.get(deploymentId))
  const body = readBody(predictBody, request)
  const form = core.serving.formOf(deploymentId)
  const records = await readRecords(context, deploymentId, body)
  const asked = { deploymentId, records, options: { storePayload: true } }
  const warningsOf = (warnings: readonly string[]): object => (warnings.length === 0 ? {} : { warnings })
  if (!(body.explain ?? body.explanation ?? false)) {
    const { answers, warnings } = await core.serving.predict(asked)
    const prediction = answers.map((answer) => toAnswer(answer.prediction, form.hasWholeLabels))
    return { status: 200, body: { prediction, ...warningsOf(warnings) } }
  }
  const { answers, warnings, explained, explanationError } = await core.explanations.predict(asked)
  return {
    status: 200,
    body: {
      prediction: answers.map((answer) => toAnswer(answer.prediction, form.hasWholeLabels)),
      explanation: explained === null ? null : toExplanation(explained),
      ...(explanationError === null ? {} : { explanation_error: explanationError }),
      ...warningsOf(warnings),
    },
  }
}

async function readRecords(
  { core, signal }: CallContext,
  deploymentId: string,
  { data, data_link }: ReturnType<typeof predictBody.parse>,
): Promise<readonly JsonObject[]> {
  const link = data_link ?? (typeof data === 'string' && LINK.test(data) ? data : null)
  if (link !== null && link !== '') return core.linkedData.records(deploymentId, link, signal())
  const names = core.serving.formOf(deploymentId).features.map(({ name }) => name)
  return toRecords(data ?? null, names)
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database } from '../../store/database'
import type { Deployment } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { Placements } from '../deployments/placements'
import { newId } from '../identifiers'
import type { JsonObject, JsonValue } from '../json'
import { isJsonObject } from '../json'
import { hasWholeLabels } from '../models/model'
import type { Models } from '../models/models'
import type { NewOperation, Operation, OperationQuery } from './operation'
import { OperationRows } from './operation-rows'
import type { Prediction } from './prediction'
import type { Predictions } from './predictions'

export type OperationsOptions = {
  readonly database: Database
  readonly models: Models
  readonly deployments: Deployments
  readonly placements: Placements
  readonly predictions: Predictions
}

type ReadPage = (limit: number, offset: number) => readonly Operation[]

const PAGE = 200

/** What was asked and answered, by owner: every prediction of an owner's deployments, and what others recorded. */
export class Operations {
  private readonly rows: OperationRows
  private readonly options: OperationsOptions

  constructor(options: OperationsOptions) {
    this.rows = new OperationRows(options.database)
    this.options = options
  }

  /** Records what was answered elsewhere. @throws WorkstationError not_found for an unknown deployment or model */
  record(operation: NewOperation): Operation {
    const { deployments, models } = this.options
    deployments.get(operation.deploymentId)
    models.get(operation.modelId)
    const recorded = { ...operation, id: newId(), at: operation.at ?? Date.now() }
    this.rows.insert(recorded)
    return recorded
  }

  /** A page of an owner's operations, newest first. */
  async list({ owner, skip, limit }: OperationQuery): Promise<readonly Operation[]> {
    const own = this.options.placements.owned(owner).map((deployment) => this.pagesOf(deployment, owner))
    const recorded: ReadPage = (most, offset) => this.rows.list(owner, most, offset)
    const sources = [recorded, ...own].filter((read) => read(1, 0).length > 0)
    const [only] = sources
    if (only !== undefined && sources.length === 1) return only(limit, skip)
    return mergeNewest(sources, skip, limit)
  }

  /**
   * What was asked of a deployment elsewhere and recorded after a time, as records by feature name, newest first. Texts
   * that hold no values of the model's features are left out.
   */
  recordedInputs(of: {
    readonly deploymentId: string
    readonly since: number
    readonly most: number
  }): readonly JsonObject[] {
    const { deployments, models } = this.options
    const { signature } = models.version(deployments.get(of.deploymentId).modelVersionId)
    const names = signature.features.map(({ name }) => name)
    return this.rows
      .inputs(of.deploymentId, of.since, of.most)
      .flatMap((text) => readRecorded(text, names))
      .slice(0, of.most)
  }

  private pagesOf(deployment: Deployment, owner: string): ReadPage {
    const { models, predictions } = this.options
    const isNumeric = hasWholeLabels(models.version(deployment.modelVersionId))
    return (limit, offset) =>
      predictions
        .list({ deploymentId: deployment.id, limit, offset })
        .items.map((prediction) => toOperation(prediction, { deployment, owner, isNumeric }))
  }
}

/** The records in a text: an object or a row of values in the order of the features, or a list of them. */
function readRecorded(text: string, names: readonly string[]): JsonObject[] {
  const toRecord = (value: unknown): JsonObject[] => {
    if (isJsonObject(value)) return [value]
    if (!Array.isArray(value) || value.length !== names.length) return []
    return [Object.fromEntries(names.map((name, index) => [name, value[index] as JsonValue]))]
  }
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value)) return toRecord(value)
    const isRow = value.every((cell) => !Array.isArray(cell) && !isJsonObject(cell))
    return isRow ? toRecord(value) : value.flatMap(toRecord)
  } catch {
    // Callers may record any text; what is no JSON is nothing to compare with.
    return []
  }
}

function toOperation(
  prediction: Prediction,
  of: { readonly deployment: Deployment; readonly owner: string; readonly isNumeric: boolean },
): Operation {
  const answer =
    of.isNumeric && prediction.prediction !== null ? Number(prediction.prediction) : prediction.prediction
  return {
    id: prediction.id,
    owner: of.owner,
    deploymentId: of.deployment.id,
    modelId: of.deployment.modelId,
    data: JSON.stringify(prediction.inputs),
    result: JSON.stringify(prediction.error === null ? { prediction: answer } : { error: prediction.error }),
    at: prediction.createdAt,
  }
}

/** Reads sources that are newest first as one, a page at a time, and lets others in between. */
async function mergeNewest(sources: readonly ReadPage[], skip: number, limit: number): Promise<Operation[]> {
  const page = Math.min(PAGE, skip + limit)
  const heads = sources.map((read) => ({ read, waiting: [...read(page, 0)], taken: 0 }))
  const merged: Operation[] = []
  for (let at = 0; at < skip + limit; at++) {
    let newest: (typeof heads)[number] | undefined
    for (const head of heads) {
      const [first] = head.waiting
      if (first !== undefined && (newest === undefined || first.at > (newest.waiting[0]?.at ?? 0)))
        newest = head
    }
    const operation = newest?.waiting.shift()
    if (newest === undefined || operation === undefined) break
    newest.taken++
    if (at >= skip) merged.push(operation)
    if (newest.waiting.length > 0) continue
    await nextTurn()
    newest.waiting.push(...newest.read(page, newest.taken))
  }
  return merged
}

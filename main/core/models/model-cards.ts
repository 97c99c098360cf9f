import type { Database } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Projects } from '../projects/projects'
import type { Feature } from '../signatures/signature'
import type { Model, ModelVersion } from './model'
import type { CardChange, ModelCard } from './model-card'
import { normalizeKind, OPEN_CARD } from './model-card'
import type { CardQuery } from './model-card-rows'
import { ModelCardRows } from './model-card-rows'
import { ModelRows } from './model-rows'
import type { Models } from './models'

export type ModelCardsOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
  readonly models: Models
}

/** A model with what is said about it, by its caller or by its own file. */
export type CardedModel = { readonly model: Model; readonly card: ModelCard }

type DriftCard = Pick<ModelCard, 'featurelist'> & {
  readonly drift_detection: readonly { readonly is_true: number; readonly method: number }[]
}

const PROJECT = {
  name: 'MLConnector',
  description: 'Models that were registered through the MLConnector API, which knows no projects',
}

/** What callers say about models, also before a model has a file. Models that nobody described tell it themselves. */
export class ModelCards {
  private readonly database: Database
  private readonly events: Events
  private readonly rows: ModelCardRows
  private readonly modelRows: ModelRows
  private readonly projects: Projects
  private readonly models: Models

  constructor(options: ModelCardsOptions) {
    this.database = options.database
    this.events = options.events
    this.rows = new ModelCardRows(options.database)
    this.modelRows = new ModelRows(options.database)
    this.projects = options.projects
    this.models = options.models
  }

  /** Registers a model that gets its files later; any number of them may have the same name. */
  register(card: ModelCard): CardedModel {
    const project = this.projects.named(PROJECT.name, PROJECT.description)
    const id = this.database.transaction(() => {
      const modelId = newId()
      const name = this.freeName(project.id, card.modelname)
      const details = { name, description: '', algorithm: '', createdAt: Date.now() }
      this.modelRows.insert({ id: modelId, projectId: project.id, ...details })
      this.rows.put(modelId, normalizeKind(card.modelkind), JSON.stringify(card))
      return modelId
    })
    this.events.emit({ type: 'model.changed', modelId: id })
    return this.get(id)
  }

  /** A name that no model of the project has: the wanted one, or with a number behind it. */
  private freeName(projectId: string, wanted: string): string {
    let name = wanted
    for (let number = 2; this.modelRows.findByName(projectId, name) !== undefined; number++)
      name = `${wanted} (${number})`
    return name
  }

  /** @throws WorkstationError not_found */
  get(modelId: string): CardedModel {
    const model = this.models.get(modelId)
    const said = this.said(modelId)
    const [newest] = said.modelkind === undefined ? this.models.versions(modelId) : []
    const card = { ...OPEN_CARD, ...describeModel(model, newest), ...said }
    return { model, card: { ...card, modelname: nameOf(model, said.modelname) } }
  }

  /** The column that a model's caller called dependent; null when nobody did. */
  targetColumn(modelId: string): string | null {
    const { featurelist } = this.said(modelId)
    return featurelist?.find(({ kind }) => kind === 1)?.feature_name ?? null
  }

  /** What a model's caller said about drift and features, with numbers for what may be said as true or false. */
  driftCard(modelId: string): DriftCard | null {
    const { drift_detection: detection, featurelist } = this.said(modelId)
    if (detection === undefined || detection === null) return null
    const watched = detection.map(({ is_true, method }) => ({
      is_true: Number(is_true ?? 0),
      method: Number(method ?? 0),
    }))
    return { drift_detection: watched, featurelist: featurelist ?? null }
  }

  list(query: Omit<CardQuery, 'kind'> & { readonly kind?: string }): readonly CardedModel[] {
    const kind = query.kind === undefined ? undefined : normalizeKind(query.kind)
    return this.rows.list({ ...query, kind }).map((id) => this.get(id))
  }

  /** Changes what a caller names and leaves the rest. @throws WorkstationError not_found */
  update(modelId: string, change: CardChange): CardedModel {
    const model = this.models.get(modelId)
    this.database.transaction(() => {
      const { modelname } = change
      if (modelname !== undefined && nameOf(model, modelname) !== modelname)
        this.models.update(modelId, { name: this.freeName(model.projectId, modelname) })
      const said = { ...this.said(modelId), ...change }
      const kind = said.modelkind === undefined ? null : normalizeKind(said.modelkind)
      this.rows.put(modelId, kind, JSON.stringify(said))
    })
    this.events.emit({ type: 'model.changed', modelId })
    return this.get(modelId)
  }

  private said(modelId: string): Partial<ModelCard> {
    const text = this.rows.find(modelId)
    return text === undefined ? {} : (JSON.parse(text) as Partial<ModelCard>)
  }
}

/** The name as the caller wrote it, unless the model was renamed: a number behind it only tells namesakes apart. */
function nameOf({ name }: Model, said: string | undefined): string {
  if (said === undefined) return name
  const rest = name.toLowerCase().startsWith(said.toLowerCase()) ? name.slice(said.length) : name
  return /^( \(\d+\))?$/.test(rest) ? said : name
}

type CardFeature = NonNullable<ModelCard['featurelist']>[number]

const toFeature = ({ name, type }: Feature): CardFeature => ({
  feature_name: name,
  type: type === 'string' || type === 'boolean' ? 'cat' : 'cont',
  kind: 0,
  units: 0,
})

/** What the newest version says about a model. */
function describeModel(model: Model, version: ModelVersion | undefined): Partial<ModelCard> & NamedCard {
  const named = { modelname: model.name, modelkind: model.task ?? '' }
  if (version === undefined) return named
  const { signature, targetColumn, task } = version
  const features = signature.features.map(toFeature)
  if (targetColumn === null) return { ...named, featurelist: features }
  const type = task === 'classification' ? 'cat' : 'cont'
  return { ...named, featurelist: [...features, { feature_name: targetColumn, type, kind: 1, units: 0 }] }
}

type NamedCard = Pick<ModelCard, 'modelname' | 'modelkind'>

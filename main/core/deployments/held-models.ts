import { describeError } from '../../errors'
import type { InferencePool } from '../../inference/pool'
import type { ModelVersion } from '../models/model'
import { sessionKey } from '../models/model'
import type { Models } from '../models/models'
import { encodeRows } from '../signatures/encoding'

/** The longest that a request may go on asking the model it began with, row by row or to explain its answer. */
const RETIRED_MS = 60_000

/** Which deployments keep which model loaded. Holding and releasing twice is the same as once. */
export class HeldModels {
  private readonly pool: InferencePool
  private readonly models: Models
  private readonly held = new Map<string, string>()

  constructor(pool: InferencePool, models: Models) {
    this.pool = pool
    this.models = models
  }

  /** Loads a version for a deployment; the reason when it cannot be, null when it is. */
  async hold(deploymentId: string, version: ModelVersion): Promise<string | null> {
    const key = sessionKey(version)
    if (this.held.get(deploymentId) === key) return null
    try {
      await this.pool.load(key, this.models.servedPath(version))
    } catch (error) {
      return describeError(error)
    }
    if (this.held.get(deploymentId) === key) await this.pool.unload(key)
    this.held.set(deploymentId, key)
    return null
  }

  /** Like `hold`, in the place of another version, which stays loaded until requests that began with it are answered. */
  async swap(deploymentId: string, version: ModelVersion): Promise<string | null> {
    const former = this.held.get(deploymentId)
    const failure = await this.hold(deploymentId, version)
    if (failure !== null || former === undefined || former === this.held.get(deploymentId)) return failure
    // Once the pool is closed, there is nothing left to unload.
    setTimeout(() => void this.pool.unload(former).catch(() => undefined), RETIRED_MS).unref()
    return null
  }

  /** Has a held version answer a row of its training data; the reason when it does not, null when it does. */
  async prove(version: ModelVersion): Promise<string | null> {
    const [example] = this.models.examples(version.id)
    if (example === undefined) return null
    const row = version.signature.features.map((feature) => example[feature.name] ?? null)
    try {
      await this.pool.run(sessionKey(version), { rows: 1, inputs: encodeRows(version.signature, [row]) })
      return null
    } catch (error) {
      return describeError(error)
    }
  }

  /** Gives a deployment's model up; requests that wait for it are still answered. */
  async release(deploymentId: string): Promise<void> {
    const key = this.held.get(deploymentId)
    if (key === undefined) return
    this.held.delete(deploymentId)
    await this.pool.unload(key)
  }
}

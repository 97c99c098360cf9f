import type { Resolver } from '../outbound/guarded-target'
import { resolveBySystem } from '../outbound/guarded-target'
import { fetchGuarded } from '../outbound/guarded-fetch'
import { WorkstationError } from '../errors'
import type { Alerts } from './alerts/alerts'
import type { Analyst } from './analysis'
import type { Artifacts } from './artifacts/artifacts'
import type { JsonObject } from './json'
import type { Serving } from './serving/serving'

export type LinkedDataOptions = {
  readonly artifacts: Artifacts
  readonly analyst: Analyst
  readonly serving: Serving
  readonly alerts: Pick<Alerts, 'settings'>
  readonly resolve?: Resolver
}

const MAX_BYTES = 32 * 1024 * 1024
const WITHIN_MS = 30_000
const MAX_ROWS = 10_000

/** Records that a caller names by a link instead of sending them. */
export class LinkedData {
  private readonly options: LinkedDataOptions

  constructor(options: LinkedDataOptions) {
    this.options = options
  }

  /**
   * The rows of the CSV file at a link, as records for a deployment. Hosts outside the public internet must be allowed
   * in the workspace's settings, like those that messages are sent to.
   * @throws WorkstationError not_found; invalid, also for a link that leads elsewhere or holds no such rows; too_large;
   * forbidden for a host that is not allowed; not_ready when it does not answer in time
   */
  async records(deploymentId: string, link: string, signal?: AbortSignal): Promise<readonly JsonObject[]> {
    const { artifacts, analyst, serving, alerts, resolve = resolveBySystem } = this.options
    const { features } = serving.formOf(deploymentId)
    const target = {
      url: link,
      allowedHosts: alerts.settings.allowedHosts(),
      resolve,
      timeoutMs: WITHIN_MS,
      signal,
    }
    try {
      const file = await fetchGuarded(target, (bytes) => artifacts.receive(bytes, { maxBytes: MAX_BYTES }))
      try {
        const path = artifacts.pathOf(file.sha256)
        return await analyst.run('read-records', { path, features, maxRows: MAX_ROWS }, { signal })
      } finally {
        artifacts.release([file.sha256])
      }
    } catch (error) {
      if (!(error instanceof WorkstationError)) throw error
      throw new WorkstationError(error.code, `data_link: ${error.message}`, { cause: error })
    }
  }
}

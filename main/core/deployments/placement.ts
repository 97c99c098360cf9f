import { hostname } from 'node:os'
import type { JsonObject, JsonValue } from '../json'
import type { Problem } from '../../errors'
import { WorkstationError } from '../../errors'

/** Where a caller wants something to run: names of a cluster and a node, `*` for any. Kept as it came. */
export type Placement = JsonObject

/** A place that things can run at. */
export type Place = { readonly cluster: string; readonly node: string }

/** What a deployment's caller said besides what is served. */
export type PlacedDeployment = {
  readonly deploymentId: string
  readonly owner: string
  readonly placement: Placement
  /** 0: callers send values; 1: callers send a link to them. */
  readonly inferenceData: number
}

/** Who owns what was deployed through a door that knows no owners. */
export const LOCAL_OWNER = 'local'
export const ANYWHERE: Placement = { clusterID: '*', node: '*', continuum: '*' }

/** Every place there is: this computer. */
export const listPlaces = (): readonly Place[] => [{ cluster: 'local', node: hostname() }]

const isAny = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || value === '' || value === '*'

/**
 * The places that a placement allows.
 * @param places every place there is
 * @throws WorkstationError invalid naming what is not known and what is
 */
export function findPlaces(placement: Placement, places = listPlaces()): readonly Place[] {
  const { clusterID, node } = placement
  const clusters = [...new Set(places.map(({ cluster }) => cluster))]
  const inCluster = places.filter(({ cluster }) => isAny(clusterID) || cluster === clusterID)
  const found = inCluster.filter((place) => isAny(node) || place.node === node)
  if (found.length > 0) return found
  const problems: Problem[] = []
  const refuse = (field: string, what: string, known: readonly string[]): void => {
    const message = `no ${what} ${JSON.stringify(placement[field])} is known here; expected "*" or one of: ${known.join(', ')}`
    problems.push({ field: `placement.${field}`, message })
  }
  if (inCluster.length === 0) refuse('clusterID', 'cluster', clusters)
  const nodes = (inCluster.length === 0 ? places : inCluster).map((place) => place.node)
  if (!isAny(node) && !nodes.some((name) => name === node)) refuse('node', 'node', nodes)
  const summary = problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new WorkstationError('invalid', summary, { problems })
}

import type { Client } from '../client'

/** A record as the workstation takes it for a prediction. */
export type SentRecord = Parameters<Client['deployments']['predict']>[0]['records'][number]

export type SentValue = SentRecord[string]

/** True for a JSON object: neither null nor a list. */
export function isRecord(value: unknown): value is SentRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

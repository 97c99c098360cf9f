import { isRecord } from '../../components/json'
import type { SentRecord, SentValue } from '../../components/json'

/** What is in the fields of the form, by the feature's name; absent means "not filled in". */
export type FieldValues = { readonly [name: string]: SentValue | undefined }

/** The fields as the record that is sent: fields that were left empty are left out. */
export function toRecord(values: FieldValues): SentRecord {
  const filled = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  )
  return Object.fromEntries(filled)
}

export type ReadRecords =
  | { readonly records: SentRecord[]; readonly fault: null }
  | { readonly records: null; readonly fault: string }

/** Reads what a person wrote: one record, or a list of them. */
export function readRecords(text: string): ReadRecords {
  const refuse = (fault: string): ReadRecords => ({ records: null, fault })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'This is not JSON.')
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) return refuse('The list is empty; give at least one record.')
  const wrong = list.findIndex((entry) => !isRecord(entry))
  if (wrong === -1) return { records: list.filter(isRecord), fault: null }
  return refuse(
    Array.isArray(value)
      ? `Entry ${wrong + 1} is not an object like {"feature": 1.5}.`
      : 'Expected an object like {"feature": 1.5}, or a list of them.',
  )
}

type Call = { readonly url: string; readonly deploymentId: string; readonly records: SentRecord[] }

/** The same call from a terminal, with a placeholder for the key. */
export function writeCurl({ url, deploymentId, records }: Call): string {
  const inputs = records.length === 1 ? (records[0] ?? {}) : records
  const body = JSON.stringify({ inputs }).replaceAll("'", String.raw`'\''`)
  return [
    `curl -X POST '${url}/api/mlops/deployments/${deploymentId}/predict'`,
    `  -H 'Authorization: Bearer YOUR_API_KEY'`,
    `  -H 'Content-Type: application/json'`,
    `  -d '${body}'`,
  ].join(' \\\n')
}

import type { JsonObject } from '../json'
import type { Finding, Place, ScanSettings } from './detection/scanner'
import { Scanner } from './detection/scanner'
import type { PiiType } from './pii-type'
import { walkRecord } from './record-walk'

/** A finding and where it is: the record's number and its column's dotted path; null in a text without columns. */
export type PlacedFinding = Finding & { readonly record: number; readonly column: string | null }

/** What a column mostly holds. */
export type ColumnFinding = {
  readonly column: string
  readonly piiType: PiiType
  /** Of its findings, the mean. */
  readonly confidence: number
  /** Records with a finding of this kind in this column. */
  readonly records: number
}

export type Detection = {
  readonly findings: readonly PlacedFinding[]
  readonly columns: readonly ColumnFinding[]
  /** Findings per kind, the most frequent first. */
  readonly counts: Readonly<Partial<Record<PiiType, number>>>
  /** True when there were more findings than are listed; the counts hold all. */
  readonly isCut: boolean
}

const MOST_FINDINGS = 10_000
const TURN_MS = 5

/** Finds personal data in records without changing them; yields to other work between large numbers of them. */
export async function detectInRecords(
  records: readonly JsonObject[],
  settings: ScanSettings,
): Promise<Detection> {
  const scanner = new Scanner(settings)
  const gathered = new Gathered()
  let turnEnds = performance.now() + TURN_MS
  for (const [number, record] of records.entries()) {
    if (performance.now() > turnEnds) {
      await new Promise((resolve) => setImmediate(resolve))
      turnEnds = performance.now() + TURN_MS
    }
    walkRecord(record, {
      leaf: (value, place) => {
        gathered.add(scanner.scan(typeof value === 'boolean' ? String(value) : value, place), number, place)
        return value
      },
      column: (name) => name,
      isWhole: (place) => scanner.mappedType(place) !== undefined,
    })
  }
  return gathered.result()
}

/** Finds personal data in a text. */
export function detectInText(text: string, settings: ScanSettings): Detection {
  const gathered = new Gathered()
  gathered.add(new Scanner(settings).scanText(text), 0, null)
  return gathered.result()
}

class Gathered {
  private readonly findings: PlacedFinding[] = []
  private readonly counts = new Map<PiiType, number>()
  private readonly columns = new Map<
    string,
    { piiType: PiiType; column: string; sum: number; count: number; records: number; last: number }
  >()

  add(findings: readonly Finding[], record: number, place: Place | null): void {
    for (const finding of findings) {
      const { piiType, confidence } = finding
      if (this.findings.length < MOST_FINDINGS)
        this.findings.push({ ...finding, record, column: place?.path ?? null })
      this.counts.set(piiType, (this.counts.get(piiType) ?? 0) + 1)
      if (place === null) continue
      const key = `${piiType} ${place.path}`
      const entry = this.columns.get(key) ?? {
        piiType,
        column: place.path,
        sum: 0,
        count: 0,
        records: 0,
        last: -1,
      }
      entry.sum += confidence
      entry.count++
      if (entry.last !== record) entry.records++
      entry.last = record
      this.columns.set(key, entry)
    }
  }

  result(): Detection {
    const counts = [...this.counts].sort(([, left], [, right]) => right - left)
    const total = counts.reduce((sum, [, count]) => sum + count, 0)
    return {
      findings: this.findings,
      columns: [...this.columns.values()]
        .map(({ piiType, column, sum, count, records }) => ({
          column,
          piiType,
          confidence: Math.round((sum / count) * 1000) / 1000,
          records,
        }))
        .sort((left, right) => right.records - left.records),
      counts: Object.fromEntries(counts),
      isCut: total > this.findings.length,
    }
  }
}

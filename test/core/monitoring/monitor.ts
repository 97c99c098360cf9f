import { expect } from 'vitest'
import type { DriftReport } from '../../../main/core/monitoring/drift/evaluate'
import { evaluateDrift } from '../../../main/core/monitoring/drift/evaluate'
import type { FeatureValue, ReferenceColumn } from '../../../main/core/distributions/profile'
import { buildProfile } from '../../../main/core/distributions/profile'
import { countRow, createLayout, createWindow } from '../../../main/core/distributions/window'

export type Columns = Record<string, { type: ReferenceColumn['type']; values: readonly FeatureValue[] }>

/** Profiles the reference and returns a function that evaluates a window of columns in the same order. */
export function monitor(columns: Columns) {
  const profile = buildProfile(Object.entries(columns).map(([name, column]) => ({ name, ...column })))
  const layout = createLayout(profile)
  return (current: readonly (readonly FeatureValue[])[], alpha?: number): DriftReport => {
    const window = createWindow(layout)
    const rows = current[0]?.length ?? 0
    for (let i = 0; i < rows; i += 1) {
      countRow(layout, window, current.map((column) => column[i] ?? null)) // prettier-ignore
    }
    return evaluateDrift(profile, layout, window, alpha === undefined ? {} : { alpha })
  }
}

/** So many draws. */
export function sample<T>(count: number, draw: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => draw(index))
}

/** Fails when a number anywhere inside is NaN or infinite. */
export function expectFinite(value: unknown): void {
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
  else if (value !== null && typeof value === 'object') Object.values(value).forEach(expectFinite)
}

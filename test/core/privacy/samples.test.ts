import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../../main/core/json'
import { detectInRecords } from '../../../main/core/privacy/detect'
import { PROFILE_SETTINGS } from '../../../main/core/privacy/profiles'
import { RESOURCES } from '../../support/workstation'

const TABLES = globSync('samples/*/**/*.csv', { cwd: RESOURCES })

function readTable(name: string): JsonObject[] {
  return parse<JsonObject>(readFileSync(join(RESOURCES, name), 'utf8'), {
    columns: true,
    cast: (cell) => (cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell),
  })
}
const detect = async (name: string, threshold: number): Promise<object> =>
  (await detectInRecords(readTable(name), { threshold, columnMap: new Map(), isAutomatic: true })).counts

it.each(TABLES)('finds nothing personal in %s', async (name) => {
  expect(await detect(name, PROFILE_SETTINGS.custom.confidenceThreshold)).toEqual({})
})

it.each(TABLES)('finds at most age and sex, by their columns, in %s when it is cautious', async (name) => {
  const kinds = Object.keys(await detect(name, PROFILE_SETTINGS.hipaa.confidenceThreshold))
  expect(kinds).toEqual(name.includes('diabetes') ? ['age', 'gender'] : [])
})

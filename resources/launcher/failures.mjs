// Remembers for a day that something could not be fetched, so that every start does not try again.
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { mod } from './place.mjs'

const DAY_MS = 24 * 60 * 60 * 1000

/** True where this failed less than a day ago. */
export function hasFailedLately(name) {
  try {
    return Date.now() - statSync(mod(name)).mtimeMs < DAY_MS
  } catch {
    return false
  }
}

/** Notes the failure and its reason. */
export const rememberFailure = (name, reason) => writeFileSync(mod(name), `${reason}\n`)

/** Forgets it once the fetch has worked. */
export const forgetFailure = (name) => rmSync(mod(name), { force: true })

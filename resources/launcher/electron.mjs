// Electron's own binary: found, or fetched once where a window could be shown.
import { existsSync } from 'node:fs'
import { runNode } from './child.mjs'
import { forgetFailure, hasFailedLately, rememberFailure } from './failures.mjs'
import { mod, readText, say } from './place.mjs'

const MISSING = '.electron-missing'
const FETCH_CAP_MS = 180_000

/** Path of the installed binary, or undefined. */
export function findElectron() {
  const name = readText(mod('electron', 'path.txt'))?.trim()
  if (!name) return undefined
  const path = mod('electron', 'dist', name)
  return existsSync(path) ? path : undefined
}

/** The binary's path, fetched if need be; undefined where it cannot be had (said once a day, with the reason). */
export async function ensureElectron() {
  const found = findElectron()
  if (found !== undefined) return found
  if (hasFailedLately(MISSING) || !existsSync(mod('electron', 'install.js'))) return undefined
  say('Fetching Electron (about 110 MB, once)…')
  const result = await runNode(mod('electron', 'install.js'), [], { capture: true, capMs: FETCH_CAP_MS })
  const fetched = findElectron()
  if (result.code === 0 && fetched !== undefined) {
    forgetFailure(MISSING)
    return fetched
  }
  const isCapped = result.elapsedMs >= FETCH_CAP_MS
  const reason = isCapped ? 'no answer in three minutes' : (result.output.trim().split('\n')[0] ?? '')
  rememberFailure(MISSING, reason)
  say(
    `Electron could not be fetched (${reason}). Not tried again for a day; delete node_modules/${MISSING} to retry.`,
  )
  return undefined
}

// Where things are, and how the launcher speaks: always on standard error, so that `--json` owns standard output.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const at = (...parts) => join(root, ...parts)
export const mod = (...parts) => join(root, 'node_modules', ...parts)
export const say = (line) => process.stderr.write(`${line}\n`)

/** A clone has sources to build and a lockfile to install from; anything else runs what it was shipped with. */
export const isClone = () => existsSync(at('package-lock.json')) && existsSync(at('electron.vite.config.ts'))

/** The file's text, or undefined where it cannot be read. */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The file's JSON value, or undefined where it is absent or damaged. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** An error whose message alone is for the user: no stack is printed. */
export function plainError(message) {
  return Object.assign(new Error(message), { isPlain: true })
}

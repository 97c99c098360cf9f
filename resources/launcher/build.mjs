// Builds main, preload and renderer when their sources have changed since the last build.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './child.mjs'
import { withLock } from './lock.mjs'
import { at, isClone, mod, plainError, readText, say } from './place.mjs'

const stampFile = at('out', '.built')
const inputs = [
  'main',
  'preload',
  'renderer',
  'resources',
  'electron.vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]
/** Larger files (sample models and data) count by size and time: reading them would slow every start. */
const LARGEST_READ = 256 * 1024

function listFiles(path) {
  const isSkipped = path === join('resources', 'launcher') || path.endsWith('__pycache__')
  if (isSkipped || !existsSync(at(path))) return []
  if (!statSync(at(path)).isDirectory()) return [path]
  return readdirSync(at(path))
    .sort()
    .flatMap((name) => listFiles(join(path, name)))
}

/** A hash over everything that a build reads. */
export function fingerprintSources() {
  const hash = createHash('sha256')
  for (const path of inputs.flatMap(listFiles)) {
    const { size, mtimeMs } = statSync(at(path))
    hash.update(`\n${path} ${size}\n`)
    hash.update(
      size > LARGEST_READ && path.startsWith('resources') ? String(mtimeMs) : readFileSync(at(path)),
    )
  }
  return hash.digest('hex')
}

/** Builds if needed (always with `force`). Outside a clone there is nothing to build. */
export async function ensureBuilt({ force = false } = {}) {
  if (!isClone()) return
  const isCurrent = () => readText(stampFile) === fingerprintSources()
  if (!force && isCurrent()) return
  await withLock('build', async () => {
    if (!force && isCurrent()) return
    say('Building…')
    // Taken before the build: an edit during it makes the next start build again. Removed first: a build that was
    // interrupted is never mistaken for a good one.
    const sources = fingerprintSources()
    rmSync(stampFile, { force: true })
    const result = await runNode(mod('electron-vite', 'bin', 'electron-vite.js'), [
      'build',
      '--logLevel',
      'warn',
    ])
    if (result.code !== 0) throw plainError('The build failed; its message is above.')
    mkdirSync(at('out'), { recursive: true })
    writeFileSync(stampFile, sources)
  })
}

/** Bundles the worker entries once per test run: Node cannot start them from TypeScript with extensionless imports. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'
import { describeError } from '../../main/errors'

declare module 'vitest' {
  interface ProvidedContext {
    workersFolder: string
  }
}

const ROOT = join(import.meta.dirname, '../..')
/** Inside node_modules, so that the native packages left out of the bundle resolve from there. */
const CACHE = join(ROOT, 'node_modules/.cache/plumbline-workers')
const ENTRIES = ['onnx-worker', 'sqlite-writer', 'analysis-worker']

/**
 * Builds every worker entry of `main/` to `<folder>/<entry>.js` (ESM, one file each) and returns the folder, a fresh
 * one per call so that test runs at the same time do not overwrite each other's files. An entry that does not build
 * becomes a worker that ends with the reason, so that it fails the tests that start it and no others.
 */
export async function buildWorkerEntries(): Promise<string> {
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'run-'))
  const entries = ENTRIES.filter((entry) => existsSync(sourceOf(entry)))
  await Promise.all(
    entries.map(async (entry) => {
      try {
        await buildEntry(entry, folder)
      } catch (error) {
        const reason = `main/${entry}.ts does not build: ${stripVTControlCharacters(describeError(error))}`
        await writeFile(join(folder, `${entry}.js`), `throw new Error(${JSON.stringify(reason)})\n`)
      }
    }),
  )
  return folder
}

function sourceOf(entry: string): string {
  return join(ROOT, 'main', `${entry}.ts`)
}

async function buildEntry(entry: string, folder: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['onnxruntime-node', 'better-sqlite3'] },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node22',
      copyPublicDir: false,
      rolldownOptions: {
        input: { [entry]: sourceOf(entry) },
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

/** Vitest's global set-up: builds the entries and hands the folder to the tests (see `worker-path.ts`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await buildWorkerEntries()
  project.provide('workersFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}

import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

export type ContainedReport = {
  readonly read: number
  readonly refused: number
  readonly faults: readonly string[]
  readonly worstMilliseconds: number
  readonly worst: string
  readonly outcomes: Readonly<Record<string, string>>
  readonly seconds: number
  readonly peakBytes: number
}

const FOLDER = resolve(import.meta.dirname, 'contained')

/** Runs `contained/read-files.ts` in a Node that may only read files: it cannot write, start programs or threads. */
export async function readContained(args: readonly string[]): Promise<ContainedReport> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--expose-gc',
      '--permission',
      '--allow-fs-read=*',
      '--import',
      resolve(FOLDER, 'resolve-typescript.mjs'),
      resolve(FOLDER, 'read-files.ts'),
      ...args,
    ],
    { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } },
  )
  return JSON.parse(stdout) as ContainedReport
}

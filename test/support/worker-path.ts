import { join } from 'node:path'
import { inject } from 'vitest'

/** Where the built worker entry `main/<entry>.ts` lies during this test run. */
export function workerPath(entry: string): string {
  return join(inject('workersFolder'), `${entry}.js`)
}

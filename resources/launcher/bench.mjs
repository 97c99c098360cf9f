// `bench`: bundles test/bench/bench.ts (its imports carry no extension, so Node cannot run it as it is) and runs it.
import { existsSync } from 'node:fs'
import { ensureBuilt } from './build.mjs'
import { runForeground, runNode } from './child.mjs'
import { at, mod, plainError, root } from './place.mjs'

/** Runs the benchmarks with the user's arguments; PLUMBLINE_ROOT tells them where the tree is. */
export async function bench(args) {
  if (!existsSync(at('test/bench/bench.ts')))
    throw plainError('There are no benchmarks: test/bench/bench.ts is missing.')
  await ensureBuilt()
  const bundle = mod('.cache', 'plumbline', 'bench', 'bench.mjs')
  const result = await runNode(at('resources/launcher/bundle.mjs'), [at('test/bench/bench.ts'), bundle])
  if (result.code !== 0) throw plainError('The benchmarks could not be bundled; the message is above.')
  return runForeground(bundle, args, { PLUMBLINE_ROOT: root })
}

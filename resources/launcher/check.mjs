// Types, lint and format side by side; the architecture is a test and joins them when it is asked for alone.
import { mkdirSync } from 'node:fs'
import { runNode } from './child.mjs'
import { mod } from './place.mjs'

const cache = mod('.cache', 'plumbline')

const checks = [
  [
    'types',
    mod('typescript/bin/tsc'),
    ['--noEmit', '-p', '.', '--incremental', '--tsBuildInfoFile', `${cache}/types.tsbuildinfo`],
  ],
  ['lint', mod('eslint/bin/eslint.js'), ['.']],
  ['format', mod('prettier/bin/prettier.cjs'), ['--check', '--log-level', 'warn', '.']],
]
const architecture = [
  'architecture',
  mod('vitest/vitest.mjs'),
  ['run', 'test/architecture.test.ts', '--reporter=dot'],
]

/** Runs the checks, prints one line for each (and the output of those that complain), and counts them. */
export async function countChecks({ withArchitecture }) {
  mkdirSync(cache, { recursive: true })
  const list = withArchitecture ? [...checks, architecture] : checks
  const results = await Promise.all(
    list.map(async ([name, script, args]) => ({ name, ...(await runNode(script, args, { capture: true })) })),
  )
  for (const { name, code, elapsedMs, output } of results) {
    console.log(`${name.padEnd(12)} ${code === 0 ? 'ok' : 'FAILED'} (${(elapsedMs / 1000).toFixed(1)} s)`)
    if (output.trim() !== '' && (code !== 0 || name === 'lint')) console.log(output.trimEnd())
  }
  const failed = results.filter(({ code }) => code !== 0).length
  return { passed: results.length - failed, failed, skipped: 0 }
}

/** `check`: exit code 0 when nothing complains. */
export async function check(options) {
  return (await countChecks(options)).failed === 0 ? 0 : 1
}

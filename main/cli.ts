#!/usr/bin/env node
import { join } from 'node:path'
import pino from 'pino'
import { version } from '../package.json'
import { describeError, WorkstationError } from './errors'
import { SAMPLE_KEY } from './core/sample'
import { describeSettings, readSettings } from './settings'
import type { Workstation } from './workstation'
import { startWorkstation } from './workstation'

const SAMPLE_DEPLOYMENT = 'd0e1f2a3-b4c5-6789-0123-def456789012'
const CLOSE_WITHIN_MS = 15_000

const HELP = `plumbline serve [options]   start the workstation without a window

${describeSettings()}
`

const log = pino(
  { level: process.env['PLUMBLINE_LOG_LEVEL'] ?? 'warn', base: null },
  pino.destination({ dest: 2, sync: true }),
)

function greet(workstation: Workstation): string {
  const { url, firstKey, core } = workstation
  const lines = [
    '',
    `  Plumbline ${version} is ready.`,
    '',
    `  In the browser   ${workstation.createSignInUrl()}`,
    `  Local API        ${url}`,
  ]
  if (firstKey !== null) lines.push(`  API key          ${firstKey}   (shown once; make more in Settings)`)
  if (core.sample.isLoaded()) {
    lines.push(
      '',
      '  Try a prediction:',
      '',
      `  curl ${url}/api/mlops/deployments/${SAMPLE_DEPLOYMENT}/predict \\`,
      `    -H 'Authorization: Bearer ${SAMPLE_KEY}' -H 'Content-Type: application/json' \\`,
      `    -d '{"inputs": {"amount": 29.99, "merchant_id": 42, "hour": 14}}'`,
    )
  }
  lines.push('', '  Stop with Ctrl+C.', '')
  return lines.join('\n')
}

async function serve(argv: readonly string[]): Promise<void> {
  const settings = readSettings(argv, process.env)
  const folder = import.meta.dirname
  const workstation = await startWorkstation({
    settings,
    version,
    log,
    entries: {
      onnxWorker: join(folder, 'onnx-worker.js'),
      sqliteWriter: join(folder, 'sqlite-writer.js'),
      analysisWorker: join(folder, 'analysis-worker.js'),
    },
    resourcesDirectory: process.env['PLUMBLINE_RESOURCES'] ?? join(folder, '..', '..', 'resources'),
    rendererDirectory: join(folder, '..', 'renderer'),
  })
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref()
    void workstation.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (settings.json) {
    const ready = {
      event: 'ready',
      url: workstation.url,
      api_key: workstation.apiKey,
      data_dir: settings.dataDirectory,
      pid: process.pid,
    }
    process.stdout.write(`${JSON.stringify({ ...ready, sign_in_url: workstation.createSignInUrl() })}\n`)
  } else {
    process.stdout.write(`${greet(workstation)}\n`)
  }
}

const [verb = 'serve', ...rest] = process.argv.slice(2)
try {
  if (verb === '--help' || verb === '-h' || rest.includes('--help')) process.stdout.write(HELP)
  else if (verb === 'serve') await serve(rest)
  else if (verb.startsWith('--')) await serve([verb, ...rest])
  else throw new WorkstationError('invalid', `unknown command "${verb}"; see plumbline --help`)
} catch (error) {
  process.stderr.write(`plumbline: ${describeError(error)}\n`)
  process.exit(error instanceof WorkstationError && error.code === 'invalid' ? 2 : 1)
}

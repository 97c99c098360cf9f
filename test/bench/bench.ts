// `npm run bench`: every figure is a ratio of two things measured in turns in one run on the same machine.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { LoadResult, Target } from './load'
import { generateLoad } from './load'
import { measureTreeShap } from './tree-shap'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    output: { type: 'string', default: 'out/bench.json' },
  },
})
const root = process.env['PLUMBLINE_ROOT'] ?? process.cwd()
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const connections = Number(values.connections)

const RECORD = { amount: 29.99, merchant_id: 42, hour: 14 }
const PREDICT = '/api/mlops/deployments/d0e1f2a3-b4c5-6789-0123-def456789012/predict'
const BATCH_ROWS = 1000

type Row = {
  readonly name: string
  readonly figure: string
  readonly against: string
  readonly ratio: number
}

const children: ChildProcess[] = []

function firstLine(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`${args[0] ?? ''} ended early with ${String(code)}`)))
  })
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const medianOf = (results: readonly LoadResult[], pick: (result: LoadResult) => number): number =>
  median(results.map(pick))
const round = (value: number): string => Math.round(value).toLocaleString('en-US')

async function takeTurns(
  left: Target,
  right: Target,
  options: { connections: number },
): Promise<[LoadResult[], LoadResult[]]> {
  const results: [LoadResult[], LoadResult[]] = [[], []]
  await generateLoad(left, options.connections, 1)
  await generateLoad(right, options.connections, 1)
  for (let turn = 0; turn < rounds; turn++) {
    results[0].push(await generateLoad(left, options.connections, seconds))
    results[1].push(await generateLoad(right, options.connections, seconds))
  }
  return results
}

async function openWorkstation(
  folder: string,
): Promise<{ url: string; key: string; child: ChildProcess | undefined }> {
  const line = await firstLine([
    join(root, 'out/main/cli.js'),
    'serve',
    '--sample',
    '--headless',
    '--json',
    ...['--port', '0', '--data-dir', folder],
  ])
  const ready = JSON.parse(line) as { url: string; api_key: string }
  return { url: ready.url, key: ready.api_key, child: children.at(-1) }
}

async function predictOnce(url: string, key: string): Promise<void> {
  const response = await fetch(`${url}${PREDICT}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify({ inputs: RECORD }),
  })
  if (!response.ok) throw new Error(`the prediction failed: ${await response.text()}`)
  await response.text()
}

async function measureStarts(folder: string): Promise<Row> {
  const starts: number[] = []
  const bare: number[] = []
  for (let turn = 0; turn < rounds; turn++) {
    let startedAt = performance.now()
    const { url, key, child } = await openWorkstation(folder)
    await predictOnce(url, key)
    starts.push(performance.now() - startedAt)
    await new Promise((resolve) => {
      child?.once('exit', resolve)
      child?.kill('SIGTERM')
    })
    startedAt = performance.now()
    await new Promise((resolve) => spawn(process.execPath, ['-e', '0']).once('exit', resolve))
    bare.push(performance.now() - startedAt)
  }
  return {
    name: 'second start to the first prediction',
    figure: `${round(median(starts))} ms`,
    against: `bare node start and exit: ${round(median(bare))} ms`,
    ratio: median(starts) / median(bare),
  }
}

async function measurePredictions(folder: string): Promise<Row[]> {
  const echoUrl = await firstLine([join(import.meta.dirname, 'echo-server.ts')])
  const { url, key } = await openWorkstation(folder)
  const single = JSON.stringify({ inputs: RECORD })
  const batch = JSON.stringify({
    inputs: Array.from({ length: BATCH_ROWS }, (_, index) => ({ ...RECORD, amount: 10 + index / 7 })),
  })
  const echo = (body: string): Target => ({ url: echoUrl, path: '/', body })
  const predict = (body: string): Target => ({ url, path: PREDICT, body, key })

  const [echoes, predictions] = await takeTurns(echo(single), predict(single), { connections })
  const [loneEchoes, lonePredictions] = await takeTurns(echo(single), predict(single), { connections: 1 })
  const [batchEchoes, batches] = await takeTurns(echo(batch), predict(batch), { connections: 4 })
  const perSecond = (result: LoadResult): number => result.perSecond
  const p50 = (result: LoadResult): number => result.p50Ms
  return [
    {
      name: `predictions, one record per request, ${connections} connections, log and drift on`,
      figure: `${round(medianOf(predictions, perSecond))} requests/s (p99 ${medianOf(predictions, (result) => result.p99Ms).toFixed(1)} ms)`,
      against: `bare node:http JSON echo: ${round(medianOf(echoes, perSecond))} requests/s`,
      ratio: medianOf(predictions, perSecond) / medianOf(echoes, perSecond),
    },
    {
      name: 'a lone caller: median latency of one prediction',
      figure: `${medianOf(lonePredictions, p50).toFixed(2)} ms`,
      against: `bare node:http JSON echo: ${medianOf(loneEchoes, p50).toFixed(2)} ms`,
      ratio: medianOf(lonePredictions, p50) / medianOf(loneEchoes, p50),
    },
    {
      name: `batches of ${BATCH_ROWS} records, log and drift on`,
      figure: `${round(medianOf(batches, perSecond) * BATCH_ROWS)} records/s`,
      against: `bare node:http JSON echo of the same body: ${round(medianOf(batchEchoes, perSecond) * BATCH_ROWS)} records/s`,
      ratio: medianOf(batches, perSecond) / medianOf(batchEchoes, perSecond),
    },
  ]
}

const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
try {
  const rows = [...(await measurePredictions(folder))]
  for (const child of children.splice(0)) child.kill('SIGTERM')
  rows.push(await measureStarts(mkdtempSync(join(folder, 'starts-'))))
  const figures = await measureTreeShap(process.env['PLUMBLINE_SHAP_PYTHON'], rounds)
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`
  process.stdout.write(`\n${machine}; medians of ${rounds} rounds of ${seconds} s\n\n`)
  for (const row of rows)
    process.stdout.write(
      `  ${row.ratio.toFixed(2).padStart(6)}  ${row.name}\n          ${row.figure}; ${row.against}\n`,
    )
  for (const { name, ours, shap, ratio } of figures) {
    const against = shap ?? 'not compared: PLUMBLINE_SHAP_PYTHON names no Python with shap and scikit-learn'
    process.stdout.write(
      `  ${(ratio?.toFixed(2) ?? '–').padStart(6)}  ${name}\n          ${ours}; ${against}\n`,
    )
  }
  const output = join(root, values.output)
  mkdirSync(join(output, '..'), { recursive: true })
  writeFileSync(output, `${JSON.stringify({ machine, rounds, seconds, rows, figures }, null, 2)}\n`)
  process.stdout.write(`\nwritten to ${values.output}\n`)
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

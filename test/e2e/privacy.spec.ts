// A killed process leaves nothing behind of what an anonymized log was sent, neither in files nor in its own output.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from '@playwright/test'
import { root } from './support/engine'
import { SAMPLE } from './support/sample'
import { API_KEY, productEnvironment } from './support/workspace'

const SECRETS = [
  'rosalind.franklin@kings.example',
  '5555555555554444',
  '4111 1111 1111 1111',
  '+44 20 7946 0958',
  '536-90-4399',
  'GB82WEST12345698765432',
]

test('nothing raw is left in the data folder or the output of a process that was killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'plumbline-e2e-'))
  const words = ['out/main/cli.js', 'serve', '--json', '--port', '0', '--data-dir', directory, '--sample']
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...productEnvironment(), PLUMBLINE_LOG_LEVEL: 'trace' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exit = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  const predict = (inputs: object): Promise<Response> =>
    fetch(`${url}/api/mlops/deployments/${SAMPLE.fraud.deploymentId}/predict`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ inputs, options: { anonymize_logs: true } }),
    })
  const payment = { amount: 29.99, merchant_id: 42, hour: 14 }
  const answers = await Promise.all(
    SECRETS.flatMap((secret) => [
      predict({ ...payment, note: `it is ${secret}`, [secret]: [secret] }),
      predict({ ...payment, hour: secret }),
    ]),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([
    ...SECRETS.map(() => 200),
    ...SECRETS.map(() => 422),
  ])
  child.kill('SIGKILL')
  await exit
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
  expect(files.some((path) => path.endsWith('predictions.db-wal'))).toBe(true)
  for (const secret of SECRETS) {
    expect(output).not.toContain(secret)
    expect(files.filter((path) => readFileSync(path).includes(secret))).toEqual([])
  }
  // The requests were logged, in their clean form.
  expect(files.some((path) => readFileSync(path).includes('it is [CREDIT_CARD]'))).toBe(true)
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../support/api-client'
import type { DeploymentWire, LogLine } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import type { Python } from '../support/python'
import { findPython } from '../support/python'
import { readLifecycleScript, readPythonSnippets } from '../support/reference'
import type { OpenWorkstation } from '../support/workstation'
import { openWorkstation, SAMPLE } from '../support/workstation'

const run = promisify(execFile)
const DOCUMENTED_URL = 'http://localhost:8888'
let python: Python = { reason: 'not looked for' }

beforeAll(async () => {
  python = await findPython()
}, 150_000)

/** On the port that the reference names when it is free here, else on a free one. */
async function openDocumented(): Promise<{ readonly opened: OpenWorkstation; readonly url: string }> {
  const opened = await openWorkstation({ flags: ['--sample', '--port', '8888'] }).catch(() =>
    openWorkstation({ flags: ['--sample'] }),
  )
  return { opened, url: opened.url.replace('127.0.0.1', 'localhost') }
}

async function runPython(program: string): Promise<readonly string[]> {
  if (!('path' in python)) throw new Error(python.reason)
  const { stdout } = await run(python.path, ['-c', program], { timeout: 30_000 })
  return stdout.trim().split('\n')
}

describe('Python with requests', { timeout: 60_000 }, () => {
  it('runs the lifecycle script of the reference as it is printed there', async ({ skip }) => {
    if ('reason' in python) skip(python.reason)
    const { opened, url } = await openDocumented()
    const script = readLifecycleScript()
    expect(script).toContain(`BASE_URL = "${DOCUMENTED_URL}"`)
    const output = await runPython(script.replace(DOCUMENTED_URL, url))
    expect(output).toEqual([
      expect.stringMatching(/^Staging test passed: \[\{'prediction': '0'/),
      'Promoted to production',
    ])
    const list = await opened.api.get<Page<DeploymentWire>>(deploymentsOf(SAMPLE.fraud.project))
    const production = list.body.items.filter((item) => item.stage === 'production')
    expect(production).toMatchObject([
      { is_active: true, config: { name: 'v2-staging', traffic_percent: 100 } },
    ])
    const log = await opened.api.get<Page<LogLine>>(`${DEPLOYMENTS}/${production[0]!.id}/inference-logs`)
    expect(log.body).toMatchObject({
      total: 1,
      items: [{ inputs: { amount: 50, merchant_id: 10, hour: 12 } }],
    })
  })

  it('runs every snippet of the reference, one after the other', async ({ skip }) => {
    if ('reason' in python) skip(python.reason)
    const { opened } = await openDocumented()
    const snippets = readPythonSnippets()
    expect(snippets.match(/requests\.(get|post)\(/g)).toHaveLength(5)
    const output = await runPython(`BASE_URL = "${opened.url}"\n${snippets}`)
    expect(output).toEqual([
      expect.stringMatching(/^Deployed: [0-9a-f-]{36}$/),
      expect.stringMatching(/^[0-9a-f-]{36} {2}stage=staging {2}active=True$/),
      `${SAMPLE.fraud.deployment}  stage=staging  active=True`,
      'Prediction: 0',
      ...['amount', 'merchant_id', 'hour'].map(
        (name) => expect.stringMatching(`^${name}: PSI=\\d+\\.\\d{4} \\(\\w+\\)$`) as string,
      ),
    ])
  })
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { buildCommandLine, startCommandLine, waitForOutput } from '../support/command-line'
import { readCurlCommands } from '../support/reference'
import { makeFolder, openWorkstation, removeFolder, SAMPLE } from '../support/workstation'

const run = promisify(execFile)
const isMissing = await run('bash', ['-c', 'command -v curl']).then(
  () => false,
  () => true,
)

/** Runs a command line in bash as a person would paste it. */
async function paste(command: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run('bash', ['-c', command], {
    env: { ...process.env, ...environment },
    timeout: 20_000,
  })
  return stdout
}

describe.skipIf(isMissing)('curl in bash', { timeout: 30_000 }, () => {
  it('gets an answer from every command of the reference, in its order', async () => {
    const { url } = await openWorkstation({ flags: ['--sample'] })
    const commands = readCurlCommands()
    const answers: Record<string, unknown>[] = []
    for (const command of commands) {
      const written = await paste(`${command} --silent --write-out '\\n%{http_code}'`, { BASE_URL: url })
      const [body = '', status] = written.split('\n')
      expect(Number(status), `${command}\n${body}`).toBeLessThan(300)
      answers.push(JSON.parse(body) as Record<string, unknown>)
    }
    expect(answers).toMatchObject([
      { stage: 'staging', is_active: true },
      { total: 2, limit: 50, offset: 0 },
      { deployment: { id: SAMPLE.fraud.deployment }, model: { algo: 'GBM' } },
      { predictions: [{ prediction: '0' }] },
      { ok: true, stage: 'production' },
      { ok: true },
      { ok: true },
      { deployment_id: SAMPLE.fraud.deployment, inference_rows: 1 },
      { ok: true, job_id: expect.any(String) as string },
      { total: 1, limit: 5, items: [{ prediction: '0', status_code: 200 }] },
    ])
  })

  it('gets a prediction from the command that the greeting prints', async () => {
    const folder = await makeFolder()
    try {
      const script = await buildCommandLine()
      const command = startCommandLine(script, ['--sample', '--port', '0', '--data-dir', folder])
      const greeting = await waitForOutput(command, /[^]*Stop with Ctrl\+C/)
      const printed = /^ *curl [^]*?'\n/m.exec(greeting)?.[0] ?? ''
      expect(printed).toContain(SAMPLE.fraud.deployment)
      expect(JSON.parse(await paste(printed.replace('curl', 'curl --silent')))).toMatchObject({
        predictions: [{ prediction: '0' }],
      })
      command.process.kill('SIGTERM')
      await command.ended
    } finally {
      await removeFolder(folder)
    }
  })
})

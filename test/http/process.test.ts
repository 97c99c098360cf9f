import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { readLiveRows } from '../support/sample-rows'
import { buildCommandLine, startCommandLine, startReady, waitForOutput } from '../support/command-line'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { makeFolder, makeSampleFolder, openWorkstation, removeFolder, SAMPLE } from '../support/workstation'

let script = ''
let folder = ''
beforeAll(async () => {
  script = await buildCommandLine()
}, 60_000)
beforeEach(async () => {
  folder = await makeFolder()
})
afterEach(() => removeFolder(folder))

/** Takes a port, or a free one, until the test ends; null when somebody else has it. */
async function takePort(wanted: number): Promise<number | null> {
  const server: Server = createTcpServer()
  onTestFinished(() => void server.close())
  return new Promise((resolve) => {
    server.on('error', () => resolve(null))
    server.listen(wanted, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

describe('the port', { timeout: 20_000 }, () => {
  it('asked for by name and taken is said, and ends with 1', async () => {
    const port = await takePort(0)
    const command = startCommandLine(script, ['--port', String(port), '--data-dir', folder, '--json'])
    expect(await command.ended).toMatchObject({ code: 1 })
    expect(command.stderr()).toBe(
      `plumbline: port ${port} is taken by another program; choose another with --port\n`,
    )
    expect(command.stdout()).toBe('')
  })

  it('asked for in the environment and taken is said too', async () => {
    const port = await takePort(0)
    const command = startCommandLine(script, ['--data-dir', folder], { PLUMBLINE_PORT: String(port) })
    expect(await command.ended).toMatchObject({ code: 1 })
    expect(command.stderr()).toMatch(`port ${port} is taken`)
  })

  it('is the next free one when 8888 is taken and nobody asked for it', async () => {
    await takePort(8888)
    const { command, ready, api } = await startReady(script, ['--data-dir', folder])
    const port = Number(new URL(ready.url).port)
    expect(port).toBeGreaterThan(8888)
    expect(port).toBeLessThan(8900)
    expect(command.stderr()).toMatch(`port 8888 is taken; using ${port}`)
    expect(await api.get('/api/projects')).toMatchObject({ status: 200 })
  })

  it('gives the data folder up when it cannot be had', async () => {
    const port = await takePort(0)
    const flags = ['--port', String(port), '--data-dir', folder]
    await startCommandLine(script, flags).ended
    expect((await startReady(script, ['--port', '0', '--data-dir', folder])).ready.data_dir).toBe(folder)
  })
})

describe('the data folder', { timeout: 20_000 }, () => {
  it('of a running workstation is refused to a second one', async () => {
    const first = await startReady(script, ['--port', '0', '--data-dir', folder])
    const second = startCommandLine(script, ['--port', '0', '--data-dir', folder, '--json'])
    expect(await second.ended).toMatchObject({ code: 1 })
    expect(second.stderr()).toBe(
      `plumbline: the data folder ${folder} is in use by another Plumbline (process ${first.ready.pid}); close it or choose another folder with --data-dir\n`,
    )
    expect(await first.api.get('/api/projects')).toMatchObject({ status: 200 })
  })

  it('is refused to a second one in the same process', async () => {
    const { dataDirectory } = await openWorkstation()
    await expect(openWorkstation({ dataDirectory })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/in use by another Plumbline/) as string,
    })
  })

  it('goes to exactly one of several that start together', async () => {
    const commands = Array.from({ length: 3 }, () =>
      startCommandLine(script, ['--port', '0', '--data-dir', folder, '--json']),
    )
    const outcomes = await Promise.all(
      commands.map((command) =>
        Promise.race([
          waitForOutput(command, /"ready"/).catch(() => 'ended'),
          command.ended.then(() => 'ended'),
        ]),
      ),
    )
    expect(outcomes.filter((outcome) => outcome !== 'ended')).toHaveLength(1)
    for (const [index, command] of commands.entries()) {
      if (outcomes[index] === 'ended') expect(command.stderr()).toMatch(/in use by another Plumbline/)
    }
  })

  it.each(['workstation.db', 'predictions.db'])(
    'with a newer %s is refused, and left as it is',
    async (name) => {
      const opened = await openWorkstation({ dataDirectory: folder })
      await opened.close()
      setVersion(name, 99)
      const command = startCommandLine(script, ['--port', '0', '--data-dir', folder])
      expect(await command.ended).toMatchObject({ code: 1 })
      expect(command.stderr()).toMatch(
        /was written by a newer version of Plumbline \(schema 99, this build knows \d+\); install the newer version/,
      )
      const database = new BetterSqlite(join(folder, name), { readonly: true })
      expect(database.pragma('user_version', { simple: true })).toBe(99)
      database.close()
    },
  )

  function setVersion(name: string, version: number): void {
    const database = new BetterSqlite(join(folder, name))
    database.pragma(`user_version = ${version}`)
    database.close()
  }
})

describe('what is printed', { timeout: 20_000 }, () => {
  it('is exactly one line of JSON with --json, and logs go elsewhere', async () => {
    const { command, ready, api } = await startReady(script, [
      '--sample',
      '--port',
      '0',
      '--data-dir',
      folder,
    ])
    expect(ready).toMatchObject({ event: 'ready', data_dir: folder, pid: command.process.pid })
    expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await api.get('/api/projects')).toMatchObject({ status: 200 })
    await api.postText('/api/projects', '{')
    command.process.kill('SIGTERM')
    await command.ended
    expect(command.stdout().trimEnd().split('\n')).toHaveLength(1)
  })

  it('is an address for the browser, a key and a call to try without it', async () => {
    const command = startCommandLine(script, ['--sample', '--port', '0', '--data-dir', folder])
    const text = await waitForOutput(command, /[^]*Stop with Ctrl\+C/)
    expect(text).toMatch(/In the browser +http:\/\/127\.0\.0\.1:\d+\/ui\/sign-in\?token=\S+/)
    expect(text).toMatch(/API key +plb_\S+ +\(shown once/)
    expect(text).toContain(`/api/mlops/deployments/${SAMPLE.fraud.deployment}/predict`)
  })

  it('says what is wrong with a flag and ends with 2', async () => {
    const command = startCommandLine(script, ['--port', 'http'])
    expect(await command.ended).toMatchObject({ code: 2 })
    expect(command.stderr()).toBe('plumbline: --port: expected a whole number from 0 to 65535, got "http"\n')
  })
})

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', { timeout: 20_000 }, (signal) => {
  it('ends with 0 and gives the folder up', async () => {
    const { command } = await startReady(script, ['--port', '0', '--data-dir', folder])
    command.process.kill(signal)
    expect(await command.ended).toEqual({ code: 0, signal: null })
    const again = await startReady(script, ['--port', '0', '--data-dir', folder])
    again.command.process.kill(signal)
    expect(await again.command.ended).toMatchObject({ code: 0 })
  })

  it('answers what is under way, and keeps it in the log', async () => {
    await removeFolder(folder)
    folder = await makeSampleFolder()
    const { command, ready } = await startReady(script, ['--port', '0', '--data-dir', folder])
    const path = `${DEPLOYMENTS}/${SAMPLE.iris.deployment}`
    const body = JSON.stringify({ inputs: readLiveRows('iris', 'fresh') })
    // The server has the head of the request when it asks for the rest.
    const headers = {
      Authorization: `Bearer ${ready.api_key}`,
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      Expect: '100-continue',
    }
    const sent = request(`${ready.url}${path}/predict`, { method: 'POST', headers })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject)
    })
    answered.catch(() => undefined)
    sent.flushHeaders()
    await new Promise((resolve) => sent.once('continue', resolve))
    command.process.kill(signal)
    await vi.waitFor(() => expect(fetch(`${ready.url}/health`)).rejects.toThrow(), {
      timeout: 5000,
      interval: 10,
    })
    sent.end(body)
    const response = await answered
    expect(response.statusCode).toBe(200)
    const text = (await response.setEncoding('utf8').toArray()).join('')
    expect((JSON.parse(text) as { predictions: unknown[] }).predictions).toHaveLength(400)
    expect(await command.ended).toEqual({ code: 0, signal: null })

    const { api: later } = await openWorkstation({ dataDirectory: folder })
    expect((await later.get(`${path}/inference-logs`)).body).toMatchObject({ total: 400 })
  })
})

describe('clients that keep their connections', { timeout: 20_000 }, () => {
  it('do not keep the workstation from ending, idle or busy', async () => {
    const { command, ready } = await startReady(script, ['--port', '0', '--data-dir', folder])
    expect(await (await fetch(`${ready.url}/health`)).text()).toBe('OK')
    let answered = 0
    const busy = (async (): Promise<void> => {
      for (;;) {
        const response = await fetch(`${ready.url}/health`).catch(() => undefined)
        if (response === undefined) return
        await response.text()
        answered++
      }
    })()
    await vi.waitFor(() => expect(answered).toBeGreaterThan(20), { interval: 5 })
    command.process.kill('SIGTERM')
    const killedAt = Date.now()
    expect(await command.ended).toMatchObject({ code: 0 })
    expect(Date.now() - killedAt).toBeLessThan(4000)
    await busy
  })
})

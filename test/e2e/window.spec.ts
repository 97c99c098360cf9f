// The desktop shell: what a page may not do, and how the application starts, is found again, and quits.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from '@playwright/test'
import { SAMPLE } from './support/sample'
import { desktopTest as test } from './support/doors'
import { engine, noDesktop, root } from './support/engine'
import { productEnvironment, startDesktop, startHeadless, stopProcess } from './support/workspace'

/** Runs the application once more, outside of Playwright, until it ends by itself. */
async function runAgain(words: readonly string[]): Promise<{ code: number | null; said: string }> {
  const switches = process.platform === 'linux' && !engine.isDouble ? ['--no-sandbox'] : []
  const child = spawn(engine.executable, [...switches, ...words], { env: productEnvironment() })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test.use({ flags: ['--no-sample'] })

test.describe('a page of ours', () => {
  test('has two functions of the application and no Node', async ({ page }) => {
    const found = await page.evaluate(() => ({
      bridge: Object.entries(window.plumbline ?? {}).map(([name, value]) => `${name}: ${typeof value}`),
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in window),
      isSecure: isSecureContext,
    }))
    expect(found).toEqual({
      bridge: ['postMessage: function', 'onMessage: function'],
      node: [],
      isSecure: true,
    })
  })

  test('runs no script but its own', async ({ page }) => {
    const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'))
    expect(policy).toContain("default-src 'none'")
    const violated = await page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
          const script = document.createElement('script')
          script.textContent = 'window.isInjected = true'
          document.body.append(script)
        }),
    )
    expect(violated).toBe('script-src-elem')
    expect(await page.evaluate(() => 'isInjected' in window)).toBe(false)
  })

  test('cannot be led to another site', async ({ page, app }) => {
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    const before = page.url()
    const asked = await app.evaluateHandle(({ BrowserWindow, shell }) => {
      const seen: { refused: string[]; opened: string[] } = { refused: [], opened: [] }
      shell.openExternal = (url) => Promise.resolve(void seen.opened.push(url))
      BrowserWindow.getAllWindows()[0]!.webContents.on('will-frame-navigate', (event) => {
        if (event.defaultPrevented) seen.refused.push(event.url)
      })
      return seen
    })
    await page.evaluate(() => location.assign('https://example.com/stolen'))
    await expect.poll(async () => (await asked.jsonValue()).refused).toEqual(['https://example.com/stolen'])
    await page.evaluate(() => location.assign('file:///etc/passwd'))
    expect(page.url()).toBe(before)
    expect((await asked.jsonValue()).opened).toEqual([])
    expect(await page.evaluate(() => 'plumbline' in window)).toBe(true)
  })

  test('opens no window; a site we know opens outside', async ({ page, app }) => {
    const opened = await app.evaluateHandle(({ shell }) => {
      const urls: string[] = []
      shell.openExternal = (url) => Promise.resolve(void urls.push(url))
      return urls
    })
    const answers = await page.evaluate(() => [
      window.open('https://example.com/'),
      window.open('file:///etc/passwd'),
      window.open('https://onnx.ai/onnx/'),
    ])
    expect(answers).toEqual([null, null, null])
    await expect.poll(() => opened.jsonValue()).toEqual(['https://onnx.ai/onnx/'])
    expect(app.windows()).toHaveLength(1)
  })

  test('is the only one that is heard over IPC', async ({ page, app }) => {
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    const answered = await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents
      const own = contents.mainFrame
      const loads: string[] = []
      const send = contents.send.bind(contents)
      contents.send = (channel: string, ...args: unknown[]) => {
        loads.push((args[0] as [string])[0])
        send(channel, ...args)
      }
      const foreign = { origin: 'https://example.com', top: null as unknown }
      foreign.top = foreign
      const inside = { origin: own.origin, top: own }
      const senders = { gone: null, foreign, inside, own }
      const call = JSON.stringify({ i: '1', p: { u: '/workspace/get', b: {} } })
      for (const [load, senderFrame] of Object.entries(senders)) {
        ipcMain.emit('plumbline:rpc', { sender: contents, senderFrame }, [load, call])
      }
      // Messages are answered in order, so the last one's answer says that the others have none.
      while (!loads.includes('own')) await new Promise((resolve) => setTimeout(resolve, 5))
      return loads.filter((load) => load in senders)
    })
    expect(answered).toEqual(['own'])
  })

  test('that crashes is offered to be loaded again', async ({ app, page }) => {
    const offered = await app.evaluateHandle(({ dialog }) => {
      const seen: { message: string; buttons: readonly string[] }[] = []
      dialog.showMessageBox = ((_window: unknown, options: { message: string; buttons: string[] }) => {
        seen.push({ message: options.message, buttons: options.buttons })
        return Promise.resolve({ response: 0, checkboxChecked: false })
      }) as typeof dialog.showMessageBox
      return seen
    })
    const crashed = page.waitForEvent('crash')
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
    )
    await crashed
    await expect
      .poll(() => offered.jsonValue())
      .toEqual([{ message: 'The window stopped working', buttons: ['Reload', 'Quit'] }])
  })
})

test.describe('the application', () => {
  test('has a menu with help', async ({ app }) => {
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.map((item) => item.label.replace('&', '')),
    )
    for (const label of ['File', 'Edit', 'View', 'Window', 'Help']) expect(labels).toContain(label)
  })

  test('shows its window when it is started a second time', async ({ desktop, app }) => {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide())
    const second = await runAgain(desktop.arguments)
    expect(second.code).toBe(0)
    expect(second.said).toContain('already running')
    await expect
      .poll(() =>
        app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((window) => window.isVisible()),
        ),
      )
      .toEqual([true])
  })

  test('opens where it was closed', async ({ desktop, directory, app }) => {
    const bounds = { x: 40, y: 60, width: 1100, height: 700 }
    await app.evaluate(
      ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]!.setBounds(wanted),
      bounds,
    )
    await desktop.app.close()
    const again = await startDesktop(directory, [])
    expect(
      await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds()),
    ).toEqual(bounds)
    await again.app.close()
  })

  test('says why when it cannot start', async ({ directory }) => {
    test.skip(noDesktop !== undefined, noDesktop)
    const server = await startHeadless(`${directory}/taken`, ['--no-sample'])
    const words = [root, '--data-dir', `${directory}/taken`, '--port', '0']
    // A real error dialog would wait for a click.
    const outcome = await runAgain(engine.isDouble ? words : [...words, '--headless'])
    await stopProcess(server.process)
    expect(outcome.code).toBe(1)
    expect(outcome.said).toContain('Plumbline could not start')
  })
})

test.describe('the application with the sample', () => {
  test.use({ flags: ['--sample'] })

  test('answers and keeps the predictions that are under way when it quits', async ({
    workspace,
    directory,
    app,
  }) => {
    const { deploymentId, record } = SAMPLE.fraud
    const path = `/api/mlops/deployments/${deploymentId}`
    const exited = once(app.process(), 'exit')
    const rows = Array.from({ length: 400 }, () => record)
    const underWay = Array.from({ length: 12 }, () =>
      workspace.call('POST', `${path}/predict`, { inputs: rows }),
    )
    // A request that has not been read yet when the server stops is refused; one that has is answered.
    const settled = Promise.allSettled(underWay)
    await Promise.any(underWay)
    await app.evaluate(({ app: electron }) => electron.quit())
    const answers = await settled
    const answered = answers.filter(
      (answer) => answer.status === 'fulfilled' && answer.value.status === 200,
    ).length
    expect(answered).toBeGreaterThan(0)
    expect((await exited)[0]).toBe(0)

    const server = await startHeadless(directory, [])
    const logs = await server.workspace.call('GET', `${path}/inference-logs?limit=1`)
    await stopProcess(server.process)
    expect((logs.json as { total: number }).total).toBeGreaterThanOrEqual(answered * rows.length)
  })
})

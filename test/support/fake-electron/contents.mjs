// The page of a window: a tab of the browser, its messages, navigations and popups.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { app } from './app.mjs'
import { openBrowser } from './browser.mjs'
import { ipcMain } from './ipc.mjs'
import { toReal, toRealOrigin, toShown } from './protocol.mjs'

const shim = readFileSync(new URL('./preload-shim.js', import.meta.url), 'utf8')
let nextId = 1

export const preventable = (fields) => {
  const event = {
    ...fields,
    defaultPrevented: false,
    preventDefault: () => void (event.defaultPrevented = true),
  }
  return event
}

const unpack = (value) => {
  if (Array.isArray(value)) return value.map(unpack)
  return value !== null && typeof value === 'object' && '$bytes' in value
    ? Uint8Array.from(value.$bytes)
    : value
}

const pack = (value) => {
  if (value instanceof Uint8Array) return { $bytes: [...value] }
  return Array.isArray(value) ? value.map(pack) : value
}

export class WebContents extends EventEmitter {
  id = nextId++
  #frames = new WeakMap()
  #openHandler = () => ({ action: 'allow' })
  #outgoing = Promise.resolve()
  #isDestroyed = false
  /** Addresses that the main process itself asked for: no `will-navigate` for those. */
  #asked = new Set()

  constructor(options) {
    super()
    this.options = options
    this.opened = this.#open()
    this.opened.catch((error) => {
      if (!this.#isDestroyed) process.stderr.write(`window: ${error.stack}\n`)
    })
  }

  async #open() {
    const context = await openBrowser(app.getPath('userData'))
    const blank = context.pages().find((page) => page.url() === 'about:blank' && !page.isTaken)
    const page = blank ?? (await context.newPage())
    page.isTaken = true
    this.page = page
    const name = `__double_${this.id}`
    await page.exposeBinding(name, (source, what, ...args) => this.#hear(source.frame, what, args))
    const preload = this.options.preload === undefined ? '' : readFileSync(this.options.preload, 'utf8')
    await page.addInitScript(
      `(${shim.replace(/^[\s\S]*?;\(/, '(')})(${JSON.stringify(name)}, ${JSON.stringify(preload)})`,
    )
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 }))
    page.on('close', () => this.destroy())
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.emit('did-navigate', {}, this.getURL(), 200, 'OK')
    })
    page.once('domcontentloaded', () => this.emit('double-painted'))
    await this.#guardNavigation(page)
    return page
  }

  async #guardNavigation(page) {
    const devtools = await page.context().newCDPSession(page)
    this.devtools = devtools
    const { targetInfo } = await devtools.send('Target.getTargetInfo')
    this.targetId = targetInfo.targetId
    const { frameTree } = await devtools.send('Page.getFrameTree')
    devtools.on('Fetch.requestPaused', ({ requestId, request, frameId, redirectedRequestId }) => {
      const isMainFrame = frameId === frameTree.frame.id
      const isRefused = this.#isNavigationRefused(
        toReal(request.url),
        isMainFrame,
        redirectedRequestId !== undefined,
      )
      const [method, details] = isRefused
        ? ['Fetch.failRequest', { requestId, errorReason: 'Aborted' }]
        : ['Fetch.continueRequest', { requestId }]
      devtools.send(method, details).catch(() => undefined)
    })
    await devtools.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] })
  }

  #isNavigationRefused(url, isMainFrame, isRedirect) {
    const names = isRedirect
      ? ['will-redirect']
      : this.#asked.delete(url) && isMainFrame
        ? []
        : ['will-frame-navigate', ...(isMainFrame ? ['will-navigate'] : [])]
    for (const name of names) {
      const event = preventable({ url, isMainFrame, isSameDocument: false })
      this.emit(name, event, url)
      if (event.defaultPrevented) return true
    }
    this.emit('did-start-navigation', { url, isMainFrame, isSameDocument: false })
    return false
  }

  #frame(frame) {
    const known = this.#frames.get(frame)
    if (known !== undefined) return known
    const made = {
      get url() {
        return toReal(frame.url())
      },
      get origin() {
        return toRealOrigin(frame.url())
      },
      parent: frame.parentFrame() === null ? null : this.#frame(frame.parentFrame()),
    }
    made.top = made.parent === null ? made : made.parent.top
    this.#frames.set(frame, made)
    return made
  }

  get mainFrame() {
    return this.#frame(this.page.mainFrame())
  }

  #hear(frame, what, args) {
    if (what === 'open')
      return void this.#openHandler({ url: toReal(args[0]), frameName: '', disposition: 'new-window' })
    const [channel, values] = args
    const event = {
      type: 'frame',
      sender: this,
      senderFrame: frame.isDetached() ? null : this.#frame(frame),
      frameId: 1,
    }
    ipcMain.emit(channel, event, ...unpack(values))
  }

  setWindowOpenHandler(handler) {
    this.#openHandler = handler
  }

  /** Opening by the browser itself, past the shim: asked all the same, and never shown. */
  refuseStray(page) {
    void this.#openHandler({ url: toReal(page.url()), frameName: '', disposition: 'new-window' })
    void page.close().catch(() => undefined)
  }

  send(channel, ...args) {
    const packed = pack(args)
    this.#outgoing = this.#outgoing
      .then(() => this.opened)
      .then((page) =>
        page.evaluate(
          ([name, values]) => {
            const open = (value) =>
              Array.isArray(value)
                ? value.map(open)
                : value !== null && typeof value === 'object' && '$bytes' in value
                  ? Uint8Array.from(value.$bytes)
                  : value
            window[Symbol.for('electron-double')]?.(name, open(values))
          },
          [channel, packed],
        ),
      )
      // The document that was meant is gone; Electron loses such messages as well.
      .catch(() => undefined)
  }

  async loadURL(url) {
    const page = await this.opened
    this.#asked.add(url)
    await page.goto(toShown(url), { waitUntil: 'commit' }).catch((error) => {
      if (!this.#isDestroyed) throw error
    })
  }

  reload() {
    this.#asked.add(this.getURL())
    void this.page.reload({ waitUntil: 'commit' }).catch(() => undefined)
  }

  forcefullyCrashRenderer() {
    void this.devtools.send('Page.crash').catch(() => undefined)
  }

  getURL() {
    return this.page === undefined ? '' : toReal(this.page.url())
  }

  isDestroyed() {
    return this.#isDestroyed
  }

  close() {
    this.owner?.close()
  }

  destroy() {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    void this.opened.then((page) => page.close()).catch(() => undefined)
    this.emit('destroyed')
  }
}

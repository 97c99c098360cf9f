// Windows, as much of them as can be told without a screen.
import { EventEmitter } from 'node:events'
import { app } from './app.mjs'
import { onPage } from './browser.mjs'
import { preventable, WebContents } from './contents.mjs'

const windows = new Set()
const allClosed = []

export const onAllClosed = (listener) => allClosed.push(listener)

/** Asks every window to close; false when one of them refuses. */
export function closeAllWindows() {
  for (const window of [...windows]) window.close()
  return windows.size === 0
}

onPage((page) => {
  setTimeout(() => {
    const [window] = windows
    if (page.isTaken === true || page.isClosed() || window === undefined) return
    window.webContents.refuseStray(page)
  }, 0)
})

export const webContents = {
  getAllWebContents: () => [...windows].map((window) => window.webContents),
  fromDevToolsTargetId: (id) => webContents.getAllWebContents().find((contents) => contents.targetId === id),
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows = () => [...windows]
  static fromWebContents = (contents) =>
    [...windows].find((window) => window.webContents === contents) ?? null
  static getFocusedWindow = () => [...windows].find((window) => window.isFocused()) ?? null
  #state = {
    isVisible: true,
    isMinimized: false,
    isMaximized: false,
    isFocused: true,
    title: '',
    progress: -1,
  }
  #bounds
  #isDestroyed = false

  constructor(options = {}) {
    super()
    this.options = options
    this.#bounds = { x: 0, y: 0, width: 800, height: 600, ...pick(options, ['x', 'y', 'width', 'height']) }
    this.#state.isVisible = options.show ?? true
    this.#state.title = options.title ?? ''
    this.#state.background = options.backgroundColor
    this.webContents = new WebContents(options.webPreferences ?? {})
    this.webContents.owner = this
    windows.add(this)
    this.webContents.once('double-painted', () => this.emit('ready-to-show'))
    this.webContents.once('destroyed', () => this.destroy())
    app.emit('web-contents-created', {}, this.webContents)
    app.emit('browser-window-created', {}, this)
  }

  loadURL = (url) => this.webContents.loadURL(url)
  show = () => void (this.#state.isVisible = this.#state.isFocused = true)
  hide = () => void (this.#state.isVisible = false)
  focus = () => void (this.#state.isFocused = true)
  blur = () => void (this.#state.isFocused = false)
  minimize = () => void Object.assign(this.#state, { isMinimized: true, isFocused: false })
  restore = () => void (this.#state.isMinimized = false)
  maximize = () => void (this.#state.isMaximized = true)
  isVisible = () => this.#state.isVisible
  isFocused = () => this.#state.isFocused
  isMinimized = () => this.#state.isMinimized
  isMaximized = () => this.#state.isMaximized
  isDestroyed = () => this.#isDestroyed
  getBounds = () => ({ ...this.#bounds })
  getNormalBounds = () => ({ ...this.#bounds })
  setBounds = (bounds) => void Object.assign(this.#bounds, bounds)
  setTitle = (title) => void (this.#state.title = title)
  getTitle = () => this.#state.title
  setProgressBar = (progress) => void (this.#state.progress = progress)
  setBackgroundColor = (colour) => void (this.#state.background = colour)
  getBackgroundColor = () => this.#state.background

  close() {
    const event = preventable({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy() {
    if (this.#isDestroyed) return
    this.webContents.destroy()
    this.#isDestroyed = true
    windows.delete(this)
    this.emit('closed')
    if (windows.size === 0) for (const listener of allClosed) listener()
  }
}

const pick = (source, names) =>
  Object.fromEntries(names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]))

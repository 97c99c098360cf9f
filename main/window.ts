/** The one window: made sandboxed, remembered, shown only when it has something to show. */
import { join } from 'node:path'
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import { APP_ORIGIN } from './window-protocol'
import { fitBounds, loadWindowState, MINIMUM_SIZE, saveWindowState } from './window-state'

type WindowOptions = {
  /** The built preload script. */
  readonly preload: string
  readonly icon: string
  /** Folder of the files that belong to the window itself. */
  readonly profileDirectory: string
  readonly isPackaged: boolean
  readonly quit: () => void
}

/** The page's own background, so that nothing white shows before it is painted or while the window grows. */
const BACKGROUND = { light: '#f7f8fa', dark: '#101216' } as const

const pickBackground = (): string => (nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light)

const statePath = (profileDirectory: string): string => join(profileDirectory, 'window-state.json')

/** Opens the window where it was last time; it appears when the page is ready. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { preload, icon, profileDirectory, isPackaged, quit } = options
  const saved = loadWindowState(statePath(profileDirectory))
  const workAreas = screen.getAllDisplays().map((display) => display.workArea)
  const window = new BrowserWindow({
    ...fitBounds(saved?.bounds ?? null, workAreas),
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    title: 'Plumbline',
    icon,
    show: false,
    backgroundColor: pickBackground(),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Its dictionaries would be fetched from the network.
      spellcheck: false,
      devTools: !isPackaged,
    },
  })
  if (saved?.isMaximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => rememberWindow(window, profileDirectory))
  followTheme(window)
  offerReload(window, quit)
  void window.loadURL(`${APP_ORIGIN}/`)
  return window
}

/** Keeps the window's place for the next start. */
export function rememberWindow(window: BrowserWindow, profileDirectory: string): void {
  if (window.isDestroyed()) return
  saveWindowState(statePath(profileDirectory), {
    bounds: window.getNormalBounds(),
    isMaximized: window.isMaximized(),
  })
}

/** Brings the window to the person's attention, wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

function followTheme(window: BrowserWindow): void {
  const repaint = (): void => window.setBackgroundColor(pickBackground())
  nativeTheme.on('updated', repaint)
  window.once('closed', () => nativeTheme.removeListener('updated', repaint))
}

function offerReload(window: BrowserWindow, quit: () => void): void {
  const ask = async (message: string, detail: string): Promise<void> => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      title: 'Plumbline',
      message,
      detail,
      buttons: ['Reload', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    })
    if (response === 1) quit()
    else if (!window.isDestroyed()) window.webContents.reload()
  }
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    void ask(
      'The window stopped working',
      `Its process ended (${reason}). Models keep serving; reload to go on.`,
    )
  })
}

/** Shows a running workstation in a window: protocol, bridge, locks, menu. */
import { join, resolve } from 'node:path'
import { RPCHandler } from '@orpc/server/message-port'
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session, shell } from 'electron'
import type { Logger } from 'pino'
import { openBridge } from './ipc/bridge'
import { router } from './ipc/router'
import type { Settings } from './settings'
import { focusWindow, openWindow, rememberWindow } from './window'
import { describeMenu } from './window-menu'
import { connectNotifications } from './window-notifications'
import { answerAppRequest, APP_ORIGIN, APP_SCHEME } from './window-protocol'
import { createOpenOutside, denyPermissions, lockPages } from './window-security'
import type { Workstation } from './workstation'

type DesktopOptions = {
  readonly workstation: Workstation
  readonly settings: Settings
  /** The built preload script and renderer, and the folder with icons. */
  readonly preload: string
  readonly rendererDirectory: string
  readonly resourcesDirectory: string
  /** Folder of the files that belong to the window itself. */
  readonly profileDirectory: string
  readonly log: Logger
}

export type Desktop = {
  /** Opens the window, or brings the open one to the front. */
  show(): void
  /** Tells the person that quitting waits for work, and keeps the window's place. */
  announceQuit(): void
  /** Asks whether to wait on; false also where there is no window to ask in. */
  askToKeepWaiting(): Promise<boolean>
  /** Ends every call of the window. */
  close(): void
}

/** Opens the desktop; to be called once, when Electron is ready. */
export function openDesktop(options: DesktopOptions): Desktop {
  const { workstation, settings, profileDirectory, rendererDirectory, log } = options
  // Set by electron-vite's development mode.
  const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
  denyPermissions(session.defaultSession)
  lockPages(app, createOpenOutside(shell, workstation.url))
  protocol.handle(APP_SCHEME, (request) =>
    answerAppRequest(request, {
      directory: rendererDirectory,
      workstation,
      settings,
      ...(developmentUrl === undefined ? {} : { developmentUrl }),
    }),
  )
  const handler = new RPCHandler(router)
  const closeBridge = openBridge({
    ipc: ipcMain,
    serve: (port) => handler.upgrade(port, { context: workstation.routerContext }),
    origin: APP_ORIGIN,
    onError: (error) => log.warn({ err: error }, 'a message from the window could not be read'),
  })
  setMenu(options)
  const desktop: Desktop = {
    show() {
      const [open] = BrowserWindow.getAllWindows()
      if (open !== undefined) return focusWindow(open)
      openWindow({
        preload: options.preload,
        icon: join(options.resourcesDirectory, 'icons', 'icon.png'),
        profileDirectory,
        isPackaged: app.isPackaged,
        quit: () => app.quit(),
      })
    },
    announceQuit() {
      for (const window of BrowserWindow.getAllWindows()) {
        rememberWindow(window, profileDirectory)
        window.setTitle('Plumbline is finishing work under way…')
        window.setProgressBar(2)
      }
    },
    askToKeepWaiting,
    close: closeBridge,
  }
  connectNotifications(workstation, () => desktop.show())
  desktop.show()
  return desktop
}

function setMenu({ workstation, settings, resourcesDirectory }: DesktopOptions): void {
  const template = describeMenu({
    shell,
    isMac: process.platform === 'darwin',
    isPackaged: app.isPackaged,
    localUrl: workstation.url,
    dataDirectory: settings.dataDirectory,
    readme: resolve(resourcesDirectory, '../README.md'),
    createSignInUrl: () => workstation.createSignInUrl(),
    quit: () => app.quit(),
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

async function askToKeepWaiting(): Promise<boolean> {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) return false
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'Plumbline',
    message: 'Work is still under way',
    detail: 'Plumbline closes by itself when it is finished.',
    buttons: ['Keep waiting', 'Quit now'],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 0
}

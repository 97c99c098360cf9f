/** The application menu. */
import { existsSync } from 'node:fs'
import type { MenuItemConstructorOptions, Shell } from 'electron'

type MenuOptions = {
  readonly shell: Pick<Shell, 'openExternal' | 'openPath'>
  readonly isMac: boolean
  readonly isPackaged: boolean
  /** Address of the workstation's own HTTP server. */
  readonly localUrl: string
  readonly dataDirectory: string
  readonly readme: string
  readonly createSignInUrl: () => string
  readonly quit: () => void
}

/** File, Edit, View, Window and Help, with the system's own shortcuts. */
export function describeMenu(options: MenuOptions): MenuItemConstructorOptions[] {
  const { shell, isMac, isPackaged, localUrl, dataDirectory, readme, createSignInUrl, quit } = options
  const quitItem: MenuItemConstructorOptions = {
    label: 'Quit Plumbline',
    accelerator: 'CommandOrControl+Q',
    click: quit,
  }
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open in browser', click: () => void shell.openExternal(createSignInUrl()) },
        { label: 'Show data folder', click: () => void shell.openPath(dataDirectory) },
        { type: 'separator' },
        isMac ? { role: 'close' } : quitItem,
      ],
    },
    { label: '&Edit', role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...(isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { label: '&Window', role: 'windowMenu' },
    {
      label: '&Help',
      role: 'help',
      submenu: [
        { label: 'API documentation', click: () => void shell.openExternal(`${localUrl}/docs`) },
        ...(existsSync(readme) ? [{ label: 'Read me', click: () => void shell.openPath(readme) }] : []),
      ],
    },
  ]
}

// The parts of the desktop that show nothing here: what the application asks of them is written down for the specs.
import { EventEmitter } from 'node:events'

const recorded = []
const record = (what, ...details) => recorded.push({ what, details })

export const shell = {
  /** Everything that was asked of the desktop, for specs that run on the double alone. */
  recorded,
  openExternal: async (url) => void record('openExternal', url),
  openPath: async (path) => {
    record('openPath', path)
    return ''
  },
}

export const dialog = {
  showErrorBox(title, content) {
    record('showErrorBox', title, content)
    process.stderr.write(`${title}: ${content}\n`)
  },
  async showMessageBox(...words) {
    const options = words.at(-1)
    record('showMessageBox', options.message)
    return { response: options.defaultId ?? 0, checkboxChecked: false }
  },
}

let applicationMenu = null
export const Menu = {
  buildFromTemplate: (template) => ({ items: template }),
  setApplicationMenu: (menu) => void (applicationMenu = menu),
  getApplicationMenu: () => applicationMenu,
}

export const nativeTheme = Object.assign(new EventEmitter(), {
  shouldUseDarkColors: false,
  themeSource: 'system',
})

const area = { x: 0, y: 0, width: 1920, height: 1080 }
export const screen = Object.assign(new EventEmitter(), {
  getAllDisplays: () => [{ id: 1, bounds: area, workArea: area, scaleFactor: 1 }],
})

/** There is no desktop here to notify. */
export class Notification extends EventEmitter {
  static isSupported() {
    return false
  }
}

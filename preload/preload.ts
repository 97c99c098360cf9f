/** The window's end of the IPC bridge: two functions, and nothing else of Electron, reach the page. */
import { contextBridge, ipcRenderer } from 'electron'
import type { BridgeChannel, BridgeMessage } from '../main/ipc/bridge'

/** What the page finds at `window.plumbline` when it runs in the desktop window; absent in a browser. */
export type DesktopBridge = {
  postMessage(data: string): void
  /** Calls `listener` with each message until the page is left. */
  onMessage(listener: (data: string) => void): void
}

const CHANNEL: BridgeChannel = 'plumbline:rpc'

// Tells this document's answers from those to the one before it: oRPC numbers its calls from the start on every load.
const load = crypto.randomUUID()

const bridge: DesktopBridge = {
  postMessage(data) {
    ipcRenderer.send(CHANNEL, [load, data] satisfies BridgeMessage)
  },
  onMessage(listener) {
    ipcRenderer.on(CHANNEL, (_event, [receiver, data]: BridgeMessage) => {
      if (receiver === load) listener(data)
    })
  },
}

contextBridge.exposeInMainWorld('plumbline', bridge)

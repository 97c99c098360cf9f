/** Carries the interface's calls over Electron IPC: checks who sends, and keeps one oRPC port per loaded page. */
import type { SupportedMessagePort } from '@orpc/client/message-port'
import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import * as z from 'zod'

/** The one channel between the window and the main process. */
export const BRIDGE_CHANNEL = 'plumbline:rpc'
export type BridgeChannel = typeof BRIDGE_CHANNEL

/** What travels on the channel, both ways: which load of the page it belongs to, and an encoded oRPC message. */
export type BridgeMessage = readonly [load: string, data: string]

const envelopeSchema = z.tuple([z.string().max(64), z.string()])

/** oRPC's request and abort messages. Read here, because oRPC lets the whole process fail over one it cannot read. */
const requestSchema = z.union([
  z.object({ i: z.string(), t: z.literal(4), p: z.unknown() }),
  z.object({
    i: z.string(),
    t: z.literal(1).optional(),
    p: z.object({
      u: z.string().startsWith('/'),
      m: z.string().optional(),
      h: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      b: z.unknown(),
    }),
  }),
])

type BridgeOptions = {
  readonly ipc: Pick<IpcMain, 'on' | 'removeListener'>
  /** Serves one page's port: `(port) => handler.upgrade(port, { context })`. */
  readonly serve: (port: SupportedMessagePort) => void
  /** The only origin whose top frame is listened to, as `senderFrame.origin` spells it. */
  readonly origin: string
  /** Hears of messages of our own page that could not be read; they get no answer. */
  readonly onError: (error: unknown) => void
}

type PortListener = (event?: { data: unknown }) => void

/** One loaded page's end, in the shape that oRPC expects of a message port. */
class PagePort {
  readonly load: string
  readonly #contents: WebContents
  readonly #onMessage: PortListener[] = []
  readonly #onClose: PortListener[] = []
  #isClosed = false

  constructor(load: string, contents: WebContents) {
    this.load = load
    this.#contents = contents
  }

  on(event: string, listener: PortListener): void {
    if (event === 'message') this.#onMessage.push(listener)
    if (event === 'close') this.#onClose.push(listener)
  }

  postMessage(data: string): void {
    if (this.#isClosed || this.#contents.isDestroyed()) return
    this.#contents.send(BRIDGE_CHANNEL, [this.load, data] satisfies BridgeMessage)
  }

  receive(data: unknown): void {
    for (const listener of this.#onMessage) listener({ data })
  }

  /** Ends every call and stream of this page; safe to call twice. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const listener of this.#onClose) listener()
  }
}

/**
 * Serves calls from the windows of this application until the returned function is called.
 * A message is dropped without an answer unless the top frame of our own origin sent it. A page's streams end
 * when it is replaced by another document, crashes, or its window goes away.
 */
export function openBridge({ ipc, serve, origin, onError }: BridgeOptions): () => void {
  const watched = new WeakSet<WebContents>()
  const ports = new Map<WebContents, PagePort>()

  const closePort = (contents: WebContents, port = ports.get(contents)): void => {
    port?.close()
    if (ports.get(contents) === port) ports.delete(contents)
  }

  const watch = (contents: WebContents): void => {
    let leaving: PagePort | undefined
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) leaving = ports.get(contents)
    })
    // Only now is the old document gone: a navigation that starts may still be refused or turn into a download.
    contents.on('did-navigate', () => {
      if (leaving !== undefined) closePort(contents, leaving)
      leaving = undefined
    })
    contents.on('render-process-gone', () => closePort(contents))
    contents.once('destroyed', () => {
      closePort(contents)
      watched.delete(contents)
    })
  }

  const openPort = (contents: WebContents, load: string): PagePort => {
    if (!watched.has(contents)) {
      watched.add(contents)
      watch(contents)
    }
    const open = ports.get(contents)
    if (open?.load === load) return open
    open?.close()
    const port = new PagePort(load, contents)
    ports.set(contents, port)
    serve(port)
    return port
  }

  const listener = (event: IpcMainEvent, message: unknown): void => {
    if (!isTrusted(event.senderFrame, origin)) return
    try {
      const [load, data] = envelopeSchema.parse(message)
      const request = requestSchema.parse(JSON.parse(data))
      openPort(event.sender, load).receive(request)
    } catch (error) {
      onError(error)
    }
  }

  ipc.on(BRIDGE_CHANNEL, listener)
  return () => {
    ipc.removeListener(BRIDGE_CHANNEL, listener)
    for (const contents of [...ports.keys()]) closePort(contents)
  }
}

/** A frame that navigated away or was removed arrives as null. */
function isTrusted(frame: IpcMainEvent['senderFrame'], origin: string): boolean {
  return frame !== null && frame === frame.top && frame.origin === origin
}

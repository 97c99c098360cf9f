import { EventEmitter } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { os } from '@orpc/server'
import type { RouterClient } from '@orpc/server'
import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import * as z from 'zod'
import { BRIDGE_CHANNEL } from '../../main/ipc/bridge'
import type { BridgeMessage } from '../../main/ipc/bridge'

export const HOME = 'app://plumbline'

/** How many `ticks` streams are open on the server's side. */
export const streams = { open: 0 }

export const testRouter = {
  greet: os.input(z.string()).handler(({ input }) => `hello ${input}`),
  ticks: os.handler(async function* ({ signal }) {
    streams.open++
    try {
      for (let tick = 0; signal?.aborted !== true; tick++) {
        yield tick
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    } finally {
      streams.open--
    }
  }),
}

export type TestClient = RouterClient<typeof testRouter>

type Frame = NonNullable<IpcMainEvent['senderFrame']>

/** The part of a frame that is looked at; its own top unless one is given. */
export function makeFrame(origin: string, top?: Frame): Frame {
  const frame: Record<string, unknown> = { origin }
  frame['top'] = top ?? frame
  return frame as unknown as Frame
}

/** A window's page: sends over the emitter that stands for ipcMain, and takes what `webContents.send` brings. */
export class FakePage extends EventEmitter {
  readonly received: BridgeMessage[] = []
  #isDestroyed = false
  #listener: (data: unknown) => void = () => undefined

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  send(channel: string, message: BridgeMessage): void {
    if (channel !== BRIDGE_CHANNEL) throw new Error(`unexpected channel ${channel}`)
    this.received.push(message)
    this.#listener(message)
  }

  destroy(): void {
    this.#isDestroyed = true
    this.emit('destroyed')
  }

  asContents(): WebContents {
    return this as unknown as WebContents
  }

  /** Sends one raw message as the frame would. */
  post(ipc: EventEmitter, senderFrame: Frame | null, message: unknown): void {
    ipc.emit(BRIDGE_CHANNEL, { sender: this.asContents(), senderFrame }, message)
  }

  /** A loaded document with a client of its own, wired as the preload script wires it. */
  load(ipc: EventEmitter, name: string, frame: Frame = makeFrame(HOME)): TestClient {
    return createORPCClient(
      new RPCLink({
        port: {
          postMessage: (data: unknown) => this.post(ipc, frame, [name, data]),
          onMessage: {
            addListener: (listener) => {
              this.#listener = (message) => {
                const [receiver, data] = message as BridgeMessage
                if (receiver === name) listener(data)
              }
            },
          },
          onDisconnect: { addListener: () => undefined },
        },
      }),
    )
  }
}

/** The emitter as what the bridge takes. */
export function asIpcMain(ipc: EventEmitter): IpcMain {
  return ipc as unknown as IpcMain
}

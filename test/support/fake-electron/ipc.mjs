import { EventEmitter } from 'node:events'

/** Where messages of every window arrive. */
export const ipcMain = new EventEmitter()

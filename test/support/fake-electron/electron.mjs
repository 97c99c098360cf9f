// A double of the `electron` module: as much of it as the application uses, over a Chromium driven by Playwright.
// It shows that main, preload and renderer work together as built. It cannot show what only Electron has: the
// sandbox and context isolation as such, native menus and dialogs, scheme privileges, fuses, asar.
export { app } from './app.mjs'
export { dialog, Menu, nativeTheme, Notification, screen, shell } from './system.mjs'
export { ipcMain } from './ipc.mjs'
export { protocol } from './protocol.mjs'
export { session } from './session.mjs'
export { utilityProcess } from './utility.mjs'
export { BrowserWindow, webContents } from './window.mjs'

/** What a page may not do in any of our windows: leave, open another, embed one, or ask for the machine. */
import type { App, Session, Shell, WebContents } from 'electron'
import { APP_ORIGIN } from './window-protocol'

/** Sites that the interface and its help link to; they open in the system's own browser. */
const KNOWN_SITES: readonly string[] = [
  'github.com',
  'onnx.ai',
  'onnxruntime.ai',
  'mlflow.org',
  'scikit-learn.org',
]

/** Opens what may be opened outside of the app, and drops the rest. */
export type OpenOutside = (url: string) => void

/**
 * @param localUrl address of the workstation's own HTTP server, whose API documentation is shown in a browser.
 */
export function createOpenOutside(shell: Pick<Shell, 'openExternal'>, localUrl: string): OpenOutside {
  return (text) => {
    if (isAllowedOutside(text, localUrl)) void shell.openExternal(text)
  }
}

/** https to a site on the list, or the workstation's own documentation; nothing with credentials in it. */
export function isAllowedOutside(text: string, localUrl: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:') return url.port === '' && KNOWN_SITES.includes(url.hostname)
  return url.origin === new URL(localUrl).origin && url.pathname.startsWith('/docs')
}

/** Whether an address is one of our own pages. Not by `URL.origin`, which is "null" for a custom scheme. */
export function isOwnPage(text: string): boolean {
  return text === APP_ORIGIN || text.startsWith(`${APP_ORIGIN}/`)
}

/** Locks every page that is made from now on. */
export function lockPages(app: Pick<App, 'on'>, openOutside: OpenOutside): void {
  app.on('web-contents-created', (_event, contents) => lockPage(contents, openOutside))
}

function lockPage(contents: WebContents, openOutside: OpenOutside): void {
  // Comes before `will-navigate`, and for frames as well; the interface has none, so whatever opens one is not ours.
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame && isOwnPage(details.url)) return
    details.preventDefault()
    if (details.isMainFrame) openOutside(details.url)
  })
  contents.on('will-navigate', (details) => {
    if (!isOwnPage(details.url)) details.preventDefault()
  })
  contents.on('will-redirect', (details) => {
    if (!isOwnPage(details.url)) details.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}

/**
 * Denies every permission but one: copying text, which Chromium treats as a permission although a click asks for it.
 */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, callback) => {
    callback(permission === 'clipboard-sanitized-write' && isOwnPage(contents.getURL()))
  })
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return permission === 'clipboard-sanitized-write' && isOwnPage(requestingOrigin)
  })
  session.setDevicePermissionHandler(() => false)
}

// Permission handlers are kept and asked by nobody: Chromium's own headless defaults answer the page.
const kept = {}

export const session = {
  defaultSession: {
    handlers: kept,
    setPermissionRequestHandler: (handler) => void (kept.request = handler),
    setPermissionCheckHandler: (handler) => void (kept.check = handler),
    setDevicePermissionHandler: (handler) => void (kept.device = handler),
  },
}

// Runs in each document before its scripts: stands in for Electron's preload environment in the top frame.
;(bindingName, source) => {
  const call = window[bindingName]
  delete window[bindingName]
  const open = (url) => {
    void call('open', new URL(String(url ?? 'about:blank'), location.href).href)
    return null
  }
  window.open = open
  addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[target=_blank]') : null
      if (link === null) return
      event.preventDefault()
      open(link.href)
    },
    true,
  )
  if (window !== window.top || !/\.localhost$/.test(location.hostname)) return

  const listeners = new Map()
  const on = (channel, listener) => void listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
  const deliver = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
  }
  Object.defineProperty(window, Symbol.for('electron-double'), { value: deliver })

  // Values cross as Electron clones them; bytes travel as an object of their own on Playwright's JSON channel.
  const pack = (value) => {
    if (value instanceof Uint8Array) return { $bytes: [...value] }
    return Array.isArray(value) ? value.map(pack) : value
  }
  const copy = (value) => {
    if (typeof value === 'function') return (...args) => copy(value(...args.map(copy)))
    if (Array.isArray(value)) return value.map(copy)
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)])))
    }
    return structuredClone(value)
  }
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) =>
        Object.defineProperty(window, name, { value: copy(api), enumerable: true }),
    },
    ipcRenderer: { on, send: (channel, ...args) => void call('send', channel, pack(structuredClone(args))) },
  }
  const require = (name) => {
    if (name === 'electron') return electron
    throw new Error(`a sandboxed preload cannot require ${name}`)
  }
  new Function('require', 'module', 'exports', source)(require, { exports: {} }, {})
}

// `node --import register.mjs`: makes `electron` resolve to the double, for import and require alike.
import { registerHooks } from 'node:module'

const url = new URL('./electron.mjs', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url, shortCircuit: true } : next(specifier, context),
})
Object.defineProperty(process.versions, 'electron', { value: '45.0.0-double', enumerable: true })

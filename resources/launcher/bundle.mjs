// node bundle.mjs <entry.ts> <out.mjs>: one runnable file; packages stay imports. Runs on the app's Node, after the install.
import { dirname } from 'node:path'
import { build } from 'rolldown'

const [entry, file] = process.argv.slice(2)

// A bundled module would otherwise see the bundle's place instead of its own.
const keepOwnPlace = {
  name: 'keep-own-place',
  transform(code, id) {
    if (!code.includes('import.meta.')) return null
    const own = code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.filename', JSON.stringify(id))
    return { code: own, map: null }
  },
}

await build({
  input: entry,
  platform: 'node',
  external: (id) => /^[@\w]/.test(id) && !/^[A-Za-z]:[\\/]/.test(id),
  plugins: [keepOwnPlace],
  output: { file, format: 'esm', codeSplitting: false, sourcemap: 'inline' },
  logLevel: 'warn',
})

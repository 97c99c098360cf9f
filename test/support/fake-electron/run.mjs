// What Electron's binary does after it has come up: finds the application and runs its main file.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { boot } from './app.mjs'

const words = process.argv.slice(2)
const target = resolve(words.find((word) => !word.startsWith('-')) ?? '.')
const directory = target.endsWith('.js') ? dirname(target) : target
const description = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
process.defaultApp = true
process.argv = [process.argv[0], ...words]
boot({
  directory,
  name: description.name,
  version: description.version,
  // Playwright asks for the port; an application that opens no window does not need a browser otherwise.
  isDebugged: words.some((word) => word.startsWith('--remote-debugging-port')),
})
await import(pathToFileURL(target.endsWith('.js') ? target : join(directory, description.main)).href)

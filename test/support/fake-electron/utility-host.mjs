// Runs in the forked process: gives the module what Electron's utility process would give it.
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

const [entry, ...rest] = process.argv.slice(2)
const port = new EventEmitter()
const send = process.send.bind(process)
port.postMessage = (message) => void send(message, () => undefined)
process.on('message', (data) => port.emit('message', { data, ports: [] }))
process.on('disconnect', () => process.exit(0))
Object.defineProperty(process, 'parentPort', { value: port })
process.argv = [process.argv[0], entry, ...rest]
// Electron's utility processes are no forks: the module must not find the fork's own channel.
Object.defineProperty(process, 'send', { value: undefined })
await import(pathToFileURL(entry).href)

// Entry of the thread that alone writes one SQLite file: every message is one transaction.
import { parentPort, workerData } from 'node:worker_threads'
import { describeError } from './errors'
import { Database } from './store/database'
import type { WriterConfiguration, WriterReply, WriterRequest } from './store/writer-messages'

const port = parentPort
if (port === null) throw new Error('sqlite-writer runs as a worker thread')
const configuration = workerData as WriterConfiguration
const reply = (message: WriterReply): void => port.postMessage(message)

function open(): Database | undefined {
  try {
    const { path, migrations, isShrinkable = false } = configuration
    return new Database(path, { migrations, synchronous: 'NORMAL', isShrinkable })
  } catch (error) {
    reply({ type: 'failed_to_open', message: describeError(error) })
    return undefined
  }
}

const database = open()
if (database !== undefined) {
  port.on('message', (request: WriterRequest) => {
    if (request.type === 'close') {
      database.close()
      reply({ type: 'closed' })
      port.close()
      return
    }
    try {
      if (request.type === 'shrink') database.shrink(request.pages)
      else {
        database.transaction(() => {
          for (const { sql, rows } of request.statements) for (const row of rows) database.run(sql, row)
        })
      }
      reply({ type: 'written', id: request.id })
    } catch (error) {
      reply({ type: 'failed', id: request.id, message: describeError(error) })
    }
  })
  reply({ type: 'ready' })
}

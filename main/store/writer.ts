import { Worker } from 'node:worker_threads'
import { WorkstationError } from '../errors'
import type { WriteStatement, WriterConfiguration, WriterReply, WriterRequest } from './writer-messages'

type Waiting = { readonly resolve: () => void; readonly reject: (error: Error) => void }

/** The main thread's end of the thread that owns one SQLite file for writing. */
export class SqliteWriter {
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private failure: WorkstationError | undefined

  private constructor(worker: Worker) {
    this.worker = worker
    worker.on('message', (message: WriterReply) => this.receive(message))
    worker.on('error', (error: Error) => this.fail(error))
    worker.on('exit', () => this.fail(new Error('the writer thread ended')))
  }

  /**
   * Starts the thread and opens the file there.
   * @param entry path of the built `sqlite-writer` entry
   * @throws WorkstationError not_ready when the file cannot be opened.
   */
  static async open(entry: string, configuration: WriterConfiguration): Promise<SqliteWriter> {
    const worker = new Worker(entry, { workerData: configuration })
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (message: WriterReply) => {
        worker.off('error', reject)
        if (message.type === 'ready') resolve()
        else
          reject(
            new WorkstationError(
              'not_ready',
              message.type === 'failed_to_open' ? message.message : 'the writer thread did not start',
            ),
          )
      })
    })
    return new SqliteWriter(worker)
  }

  private receive(message: WriterReply): void {
    if (message.type !== 'written' && message.type !== 'failed') return
    const caller = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    if (message.type === 'written') caller?.resolve()
    else caller?.reject(new WorkstationError('internal', `the log could not be written: ${message.message}`))
  }

  private fail(error: Error): void {
    this.failure ??= new WorkstationError('not_ready', `the log is closed: ${error.message}`)
    for (const caller of this.waiting.values()) caller.reject(this.failure)
    this.waiting.clear()
  }

  /** Runs the statements in one transaction; resolves once it is committed. */
  write(statements: readonly WriteStatement[]): Promise<void> {
    return this.ask((id) => ({ type: 'write', id, statements }))
  }

  /** Gives up to this many free pages of the file back to the disk. */
  shrink(pages: number): Promise<void> {
    return this.ask((id) => ({ type: 'shrink', id, pages }))
  }

  private ask(request: (id: number) => WriterRequest): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure)
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.post(request(id))
    })
  }

  private post(request: WriterRequest): void {
    this.worker.postMessage(request)
  }

  /** Finishes what was posted, checkpoints and closes the file, ends the thread. */
  async close(): Promise<void> {
    if (this.failure !== undefined) return
    const ended = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()))
    this.post({ type: 'close' })
    await ended
  }
}

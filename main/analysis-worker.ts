// Entry of the thread in which files are read and numbers are crunched; one task per thread.
import { parentPort, workerData } from 'node:worker_threads'
import type { AnalysisTasks } from './core/analysis'
import { examineData } from './core/models/examine-data'
import { examineModel } from './core/models/examine-model'
import { WorkstationError, describeError } from './errors'
import type { AnalysisReply } from './processes/analysis-messages'

type Tasks = {
  readonly [Name in keyof AnalysisTasks]: (
    input: AnalysisTasks[Name]['input'],
    onProgress: (fraction: number) => void,
  ) => AnalysisTasks[Name]['output'] | Promise<AnalysisTasks[Name]['output']>
}

const TASKS: Tasks = { 'examine-model': examineModel, 'examine-data': examineData }

const port = parentPort
if (port === null) throw new Error('analysis-worker runs as a worker thread')
const reply = (message: AnalysisReply): void => port.postMessage(message)

async function work<Name extends keyof AnalysisTasks>(
  name: Name,
  input: AnalysisTasks[Name]['input'],
): Promise<void> {
  try {
    const output = await TASKS[name](input, (fraction) => reply({ type: 'progress', fraction }))
    reply({ type: 'done', output })
  } catch (error) {
    const code = error instanceof WorkstationError ? error.code : 'internal'
    reply({ type: 'failed', code, message: describeError(error) })
  }
}

const request = workerData as { readonly name: keyof AnalysisTasks; readonly input: never }
await work(request.name, request.input)

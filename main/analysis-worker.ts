// Entry of the thread in which files are read and numbers are crunched; one task per thread.
import { parentPort, workerData } from 'node:worker_threads'
import type { AnalysisTasks } from './core/analysis'
import { explainRows } from './core/explanations/explain-by-walk'
import { readBodyModel } from './core/explanations/read-body-model'
import { examineData } from './core/models/examine-data'
import { examineModel, inspectModel } from './core/models/examine-model'
import { readRecords } from './core/models/read-records'
import { readVerification } from './core/models/read-verification'
import { sampleTraining } from './core/models/sample-training'
import { compareByMethod } from './core/monitoring/by-method/comparison'
import { exportLog } from './core/predictions/export-log'
import { readAnswered } from './core/predictions/read-answered'
import { scanLog } from './core/predictions/scan-log'
import { WorkstationError, describeError } from './errors'
import type { AnalysisReply } from './processes/analysis-messages'

type Tasks = {
  readonly [Name in keyof AnalysisTasks]: (
    input: AnalysisTasks[Name]['input'],
    onProgress: (fraction: number) => void,
  ) => AnalysisTasks[Name]['output'] | Promise<AnalysisTasks[Name]['output']>
}

const TASKS: Tasks = {
  'examine-model': examineModel,
  'inspect-model': inspectModel,
  'read-verification': readVerification,
  'examine-data': examineData,
  'read-records': readRecords,
  'scan-log': scanLog,
  'export-log': exportLog,
  'compare-by-method': (task, onProgress) =>
    compareByMethod(task, { readAnswered, sampleTraining }, onProgress),
  'read-body-model': readBodyModel,
  'explain-rows': explainRows,
}

const port = parentPort
if (port === null) throw new Error('analysis-worker runs as a worker thread')

async function work<Name extends keyof AnalysisTasks>(
  name: Name,
  input: AnalysisTasks[Name]['input'],
  reply: (message: AnalysisReply) => void,
): Promise<void> {
  try {
    const output = await TASKS[name](input, (fraction) => reply({ type: 'progress', fraction }))
    reply({ type: 'done', output })
  } catch (error) {
    const code = error instanceof WorkstationError ? error.code : 'internal'
    reply({ type: 'failed', code, message: describeError(error) })
  }
}

type Request = { readonly name: keyof AnalysisTasks; readonly input: never }

// Started with a task it does that one; without, it does what it is sent, one after the other.
const only = workerData as Request | null
if (only !== null) await work(only.name, only.input, (message) => port.postMessage(message))
else {
  port.on('message', ({ id, name, input }: Request & { readonly id: number }) => {
    void work(name, input, (message) => port.postMessage({ ...message, id }))
  })
}

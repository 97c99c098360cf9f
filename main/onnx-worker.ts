/** Entry of an inference worker; runs as a worker thread, a forked child or an Electron utility process. */
import { assertNever, describeError, WorkstationError } from './errors'
import { Engine } from './inference/engine'
import type { WorkerReply, WorkerRequest } from './inference/messages'
import { openChannel } from './inference/worker-channel'

const engine = new Engine()
const channel = openChannel()
let turn = Promise.resolve()

// One after the other: ONNX Runtime blocks this thread anyway, and `stop` must never overtake a run.
channel.receive((request) => {
  turn = turn.then(() => serve(request))
})
channel.send({ kind: 'ready' })

async function serve(request: WorkerRequest): Promise<void> {
  if (request.kind === 'stop') {
    await engine.unloadAll()
    channel.close()
    return
  }
  try {
    channel.send(await answer(request))
  } catch (error) {
    const code = error instanceof WorkstationError ? error.code : 'internal'
    channel.send({ kind: 'failed', id: request.id, code, message: describeError(error) })
  }
}

async function answer(request: Exclude<WorkerRequest, { kind: 'stop' }>): Promise<WorkerReply> {
  const { id } = request
  switch (request.kind) {
    case 'load':
      return { kind: 'loaded', id, shape: await engine.load(request.key, request.path) }
    case 'unload':
      await engine.unload(request.key)
      return { kind: 'unloaded', id }
    case 'run':
      return { kind: 'ran', id, outputs: await engine.run(request.key, request.inputs, request.outputs) }
    case 'ping':
      return { kind: 'pong', id }
    default:
      return assertNever(request)
  }
}

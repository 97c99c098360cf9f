/** The session table inside a worker: the only file that touches ONNX Runtime. */
import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import { describeError, WorkstationError } from '../errors'
import type { ErrorCode } from '../errors'
import type { SessionShape, ValueShape } from './messages'
import { isTensorType } from './tensor'
import type { TensorData, Tensors } from './tensor'

// Every failure is reported through its reply; the runtime's own lines on stderr would only repeat it.
const SILENT = 4
env.logLevel = 'fatal'

type LoadedModel = {
  readonly session: InferenceSession
  readonly shape: SessionShape
  readonly tensorOutputs: readonly string[]
}

/** Loads, runs and releases ONNX models by key. Not re-entrant: the worker gives it one command at a time. */
export class Engine {
  readonly #models = new Map<string, LoadedModel>()

  /**
   * Opens the model file under `key` on one thread (parallelism is the number of workers). Loading a key twice
   * returns the shape of what is there. Throws `not_found`, `invalid` or `unsupported` with the runtime's reason.
   */
  async load(key: string, path: string): Promise<SessionShape> {
    const known = this.#models.get(key)
    if (known !== undefined) return known.shape
    const session = await openSession(path)
    const shape = { inputs: session.inputMetadata.map(toShape), outputs: session.outputMetadata.map(toShape) }
    const tensorOutputs = shape.outputs.filter((output) => output.isTensor).map((output) => output.name)
    this.#models.set(key, { session, shape, tensorOutputs })
    return shape
  }

  /** Frees the model; an unknown key is no fault, since a replaced worker may never have had it. */
  async unload(key: string): Promise<void> {
    const model = this.#models.get(key)
    if (model === undefined) return
    this.#models.delete(key)
    await model.session.release()
  }

  /** Frees all models. */
  async unloadAll(): Promise<void> {
    for (const key of [...this.#models.keys()]) await this.unload(key)
  }

  /**
   * Computes the named outputs, or every tensor output. Throws `not_found` for an unknown key, `unsupported` for
   * an output that is no tensor, `invalid` when the runtime refuses the inputs.
   */
  async run(key: string, inputs: Tensors, outputs?: readonly string[]): Promise<Record<string, TensorData>> {
    const model = this.#models.get(key)
    if (model === undefined)
      throw new WorkstationError('not_found', `model ${key} is not loaded in this worker`)
    const wanted = outputs ?? model.tensorOutputs
    checkOutputs(model, wanted)
    try {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]),
      )
      const results = await model.session.run(feeds, [...wanted], { logSeverityLevel: SILENT })
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => [name, toTensorData(name, value)]),
      )
    } catch (error) {
      const text = describeError(error)
      throw new WorkstationError(toRunCode(text), tidyReason(text), { cause: error })
    }
  }
}

async function openSession(path: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: SILENT,
    })
  } catch (error) {
    const text = describeError(error)
    throw new WorkstationError(toLoadCode(text), `the model cannot be loaded: ${tidyReason(text)}`, {
      cause: error,
    })
  }
}

/** The runtime's reason without the path of the file and the C++ function it comes from. */
function tidyReason(text: string): string {
  return text
    .replace(/^Load model from .*? failed:/, '')
    .replace(/\S*onnxruntime_src\S+:\d+ [^\n]*?\) (?=[A-Z])/, '')
}

function toLoadCode(text: string): ErrorCode {
  if (/doesn't exist|no such file/i.test(text)) return 'not_found'
  if (
    /not implemented|NOT_IMPLEMENTED|not a registered|No Op registered|opset|IR version|unsupported/i.test(
      text,
    )
  )
    return 'unsupported'
  return 'invalid'
}

function toRunCode(text: string): ErrorCode {
  if (/failed to allocate|bad_alloc|bad allocation/i.test(text)) return 'internal'
  if (/not implemented|NOT_IMPLEMENTED|not supported/i.test(text)) return 'unsupported'
  return 'invalid'
}

function checkOutputs({ shape, tensorOutputs }: LoadedModel, wanted: readonly string[]): void {
  if (wanted.length === 0)
    throw new WorkstationError('unsupported', 'the model has no output that is a tensor')
  const wrong = wanted.find((name) => !tensorOutputs.includes(name))
  if (wrong === undefined) return
  const isKnown = shape.outputs.some((output) => output.name === wrong)
  const reason = isKnown ? 'is a sequence or map, only tensors can be fetched' : 'does not exist'
  const choice = `the outputs are: ${tensorOutputs.join(', ')}`
  throw new WorkstationError(isKnown ? 'unsupported' : 'invalid', `output ${wrong} ${reason}; ${choice}`)
}

function toShape(value: InferenceSession.ValueMetadata): ValueShape {
  if (!value.isTensor) return { name: value.name, isTensor: false }
  if (!isTensorType(value.type)) {
    throw new WorkstationError(
      'unsupported',
      `${value.name}: tensors of type ${value.type} cannot be carried`,
    )
  }
  return { name: value.name, isTensor: true, type: value.type, dims: value.shape }
}

function toTensorData(name: string, value: Tensor): TensorData {
  const { type, data, dims } = value
  if (!isTensorType(type)) {
    throw new WorkstationError('unsupported', `${name}: tensors of type ${type} cannot be carried`)
  }
  // A runtime with Float16Array hands that out, which not every structured clone knows: pass the bits on.
  if (type === 'float16' && ArrayBuffer.isView(data)) {
    return { type, dims, data: new Uint16Array(data.slice().buffer) }
  }
  return { type, dims, data }
}

/** The contract between the pool and an inference worker, the same over threads and processes. */
import type { ErrorCode } from '../errors'
import type { TensorData, Tensors, TensorType } from './tensor'

/**
 * One input or output of a model. A dimension is a number, or the name of a dynamic one ('' when it has none).
 * Sequences and maps (a ZipMap output, say) have no element type and cannot be fetched.
 */
export type ValueShape =
  | {
      readonly name: string
      readonly isTensor: true
      readonly type: TensorType
      readonly dims: readonly (number | string)[]
    }
  | { readonly name: string; readonly isTensor: false }

/** What a loaded model takes and gives. */
export type SessionShape = { readonly inputs: readonly ValueShape[]; readonly outputs: readonly ValueShape[] }

/** What a worker can be told. It works strictly in order: one message is answered before the next is looked at. */
export type WorkerRequest =
  | { readonly kind: 'load'; readonly id: number; readonly key: string; readonly path: string }
  | { readonly kind: 'unload'; readonly id: number; readonly key: string }
  | {
      readonly kind: 'run'
      readonly id: number
      readonly key: string
      readonly inputs: Tensors
      /** Names of the outputs to compute; all tensor outputs when absent. */
      readonly outputs?: readonly string[]
    }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'stop' }

/** What a worker says. `ready` comes once, before anything else; every other reply carries the id it answers. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loaded'; readonly id: number; readonly shape: SessionShape }
  | { readonly kind: 'unloaded'; readonly id: number }
  | { readonly kind: 'ran'; readonly id: number; readonly outputs: Record<string, TensorData> }
  | { readonly kind: 'pong'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string }

/** A request that expects an answer, before it has been given its number. */
export type WorkerCommand =
  Exclude<WorkerRequest, { kind: 'stop' }> extends infer R
    ? R extends unknown
      ? Omit<R, 'id'>
      : never
    : never

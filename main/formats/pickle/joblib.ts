import { WorkstationError } from '../../errors'
import type { ByteCursor } from './byte-cursor'
import { MOST_WRAPPER_ATTRIBUTES } from './limits'
import type { Machine } from './machine'
import { makeInlineArray } from './numpy-array'
import { holdsObjects } from './numpy-type'
import type { PickleObject, PickleValue } from './value'
import { isKind, isType, pathOf } from './value-kinds'

const WRAPPER = /^(sklearn\.externals\.)?joblib\.numpy_pickle\.NumpyArrayWrapper$/
const OLD_WRAPPER = /^(sklearn\.externals\.)?joblib\.numpy_pickle(_compat)?\.(Z?NDArrayWrapper)$/

/** What to do with a file that is not read as it is. */
export const SAVE_PLAIN =
  "load it where it was made and save it again with joblib.dump(model, 'model.joblib', compress=0)"

/** Reads the pickle that begins at the cursor, on a machine of its own. */
export type ReadNested = (cursor: ByteCursor) => PickleValue

/** Whether an object that was just built is joblib's stand-in for an array, which follows in the file. */
export function isArrayWrapper(machine: Machine, object: PickleObject): boolean {
  const path = pathOf(object.callable)
  if (path === undefined || machine.isNested) return false
  if (OLD_WRAPPER.test(path)) {
    throw new WorkstationError(
      'unsupported',
      `the model was saved by joblib before 0.10, which kept its arrays in files of their own: ${SAVE_PLAIN}`,
    )
  }
  return WRAPPER.test(path)
}

/**
 * Reads the array that follows a wrapper: its bytes as they lie in memory, behind one byte that says how many bytes of
 * padding come first (joblib from 1.2), or, for objects, a pickle of its own.
 */
export function readWrappedArray(
  machine: Machine,
  wrapper: PickleObject,
  readNested: ReadNested,
): PickleValue {
  const { state } = wrapper
  if (!isKind(state, 'dict')) machine.refuse('an array of joblib has no description')
  if (state.entries.length > MOST_WRAPPER_ATTRIBUTES)
    machine.refuse('an array of joblib has a wrong description')
  const parts = new Map(state.entries)
  const type = parts.get('dtype')
  if (!isType(type)) machine.refuse('an array of joblib has no type')
  machine.hasInlineArrays = true
  if (holdsObjects(type)) return readNested(machine.cursor)
  const alignment = parts.get('numpy_array_alignment_bytes')
  if (alignment !== undefined && alignment !== null) machine.cursor.skip(machine.cursor.readU1())
  return makeInlineArray(machine, [type, parts.get('shape'), parts.get('order') === 'F'])
}

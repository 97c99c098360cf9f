import type { ByteCursor } from './byte-cursor'
import { CONTAINER_OPERATIONS } from './container-operations'
import { isArrayWrapper, readWrappedArray } from './joblib'
import { Machine } from './machine'
import { OBJECT_OPERATIONS } from './object-operations'
import type { Operation, OperationTable } from './operation'
import { SCALAR_OPERATIONS } from './scalar-operations'
import type { PickleValue } from './value'
import { isKind } from './value-kinds'

const STOP = 0x2e
const BUILD = 0x62
const MOST_KNOWN_PROTOCOL = 5
/** The operations that came with protocol 1, which has no word that says so. */
const OF_PROTOCOL_1: ReadonlySet<number> = new Set(Buffer.from('JKMTUXGhjqr]})eu1o', 'latin1'))

const FRAMING: OperationTable = {
  '\x80': (machine) => {
    const protocol = machine.cursor.readU1()
    if (protocol > MOST_KNOWN_PROTOCOL) {
      machine.cursor.refuse('unsupported', `protocol ${protocol} is not known; 0 to 5 are`)
    }
    machine.protocol = protocol
  },
  '\x95': (machine) => {
    const length = machine.cursor.readU8()
    if (length > machine.cursor.remaining) machine.refuse(`a frame of ${length} bytes is cut off`)
  },
}

const OPERATIONS: readonly (Operation | undefined)[] = listByCode({
  ...SCALAR_OPERATIONS,
  ...CONTAINER_OPERATIONS,
  ...OBJECT_OPERATIONS,
  ...FRAMING,
})

function listByCode(table: OperationTable): (Operation | undefined)[] {
  return Array.from({ length: 256 }, (_, code) => table[String.fromCharCode(code)])
}

/** Whether a file may begin with this byte; most other files do not. */
export function isOperation(code: number | undefined): boolean {
  return code === STOP || (code !== undefined && OPERATIONS[code] !== undefined)
}

/** Carries out the operations from the cursor up to STOP; the counter is shared with the pickles inside. */
export function run(machine: Machine, counter: { operations: number }): PickleValue {
  const { cursor, limits } = machine
  let isBinary = false
  for (;;) {
    cursor.start = cursor.position
    if (++counter.operations > limits.operations) {
      cursor.refuse('too_large', `it has more than ${limits.operations} operations`)
    }
    const code = cursor.readU1()
    if (code === STOP) break
    const operation = OPERATIONS[code]
    if (operation === undefined) machine.refuse(`there is no operation ${code}`)
    operation(machine)
    if (code === BUILD) readBehind(machine, counter)
    isBinary ||= OF_PROTOCOL_1.has(code)
  }
  machine.protocol ??= isBinary ? 1 : 0
  return machine.finish()
}

/** In a joblib file an array follows the state of its wrapper. */
function readBehind(machine: Machine, counter: { operations: number }): void {
  const built = machine.peek()
  if (!isKind(built, 'object') || !isArrayWrapper(machine, built)) return
  const readNested = (cursor: ByteCursor): PickleValue =>
    run(new Machine(cursor, machine.globals, true), counter)
  machine.replaceTop(readWrappedArray(machine, built, readNested))
}

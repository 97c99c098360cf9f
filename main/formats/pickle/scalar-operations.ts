import { COST } from './limits'
import type { Machine } from './machine'
import type { OperationTable } from './operation'
import { parseBinaryInteger, parseFloating, parseInteger, parseQuoted, parseRawUnicode } from './parse-text'

function pushInteger(machine: Machine): void {
  const line = machine.cursor.readLine(machine.limits.lineBytes)
  // Protocol 0 has no other way to write a boolean.
  if (line === '01' || line === '00') machine.push(line === '01')
  else pushNumber(machine, parseInteger(machine.cursor, line))
}

function pushLongLine(machine: Machine): void {
  const line = machine.cursor.readLine(machine.limits.lineBytes)
  pushNumber(machine, parseInteger(machine.cursor, line.replace(/L$/, '')))
}

function pushNumber(machine: Machine, value: number | bigint): void {
  machine.cursor.charge(typeof value === 'bigint' ? 2 * machine.limits.digits : COST.number)
  machine.push(value)
}

function pushFloat(machine: Machine, value: number): void {
  machine.cursor.charge(COST.number)
  machine.push(value)
}

function pushText(machine: Machine, length: number, encoding: 'utf8' | 'latin1'): void {
  machine.cursor.charge(COST.text)
  machine.push(machine.cursor.readText(length, encoding))
}

function pushBytes(machine: Machine, length: number): void {
  machine.cursor.charge(COST.view)
  machine.push(machine.cursor.take(length))
}

function pushBinaryInteger(machine: Machine, length: number): void {
  if (length < 0) machine.refuse('a whole number has a negative length')
  machine.push(parseBinaryInteger(machine.cursor, machine.cursor.take(length)))
}

/** A byte string of Python 2: text as a rule; where bytes are wanted its characters are the bytes. */
function pushOldText(machine: Machine, length: number): void {
  if (length < 0) machine.refuse('a text has a negative length')
  pushText(machine, length, 'latin1')
}

function refuseBuffer(machine: Machine): never {
  return machine.cursor.refuse(
    'unsupported',
    'its arrays were handed over outside of the file (buffer_callback of protocol 5): save it without that option',
  )
}

/** Numbers, texts and bytes. */
export const SCALAR_OPERATIONS: OperationTable = {
  N: (machine) => machine.push(null),
  '\x88': (machine) => machine.push(true),
  '\x89': (machine) => machine.push(false),
  I: pushInteger,
  L: pushLongLine,
  J: (machine) => machine.push(machine.cursor.readI4()),
  K: (machine) => machine.push(machine.cursor.readU1()),
  M: (machine) => machine.push(machine.cursor.readU2()),
  '\x8a': (machine) => pushBinaryInteger(machine, machine.cursor.readU1()),
  '\x8b': (machine) => pushBinaryInteger(machine, machine.cursor.readI4()),
  F: (machine) => {
    const line = machine.cursor.readLine(machine.limits.lineBytes)
    pushFloat(machine, parseFloating(machine.cursor, line))
  },
  G: (machine) => pushFloat(machine, machine.cursor.readF8()),
  S: (machine) => {
    const line = machine.cursor.readLine(machine.limits.textBytes)
    machine.cursor.charge(COST.text)
    machine.push(parseQuoted(machine.cursor, line))
  },
  V: (machine) => {
    const line = machine.cursor.readLine(machine.limits.textBytes)
    machine.cursor.charge(COST.text)
    machine.push(parseRawUnicode(machine.cursor, line))
  },
  T: (machine) => pushOldText(machine, machine.cursor.readI4()),
  U: (machine) => pushOldText(machine, machine.cursor.readU1()),
  X: (machine) => pushText(machine, machine.cursor.readU4(), 'utf8'),
  '\x8c': (machine) => pushText(machine, machine.cursor.readU1(), 'utf8'),
  '\x8d': (machine) => pushText(machine, machine.cursor.readU8(), 'utf8'),
  B: (machine) => pushBytes(machine, machine.cursor.readU4()),
  C: (machine) => pushBytes(machine, machine.cursor.readU1()),
  '\x8e': (machine) => pushBytes(machine, machine.cursor.readU8()),
  '\x96': (machine) => pushBytes(machine, machine.cursor.readU8()),
  '\x97': refuseBuffer,
  '\x98': refuseBuffer,
}

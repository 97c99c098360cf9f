import { construct } from './construct'
import { COST } from './limits'
import type { Machine } from './machine'
import { setArrayState } from './numpy-array'
import { setTypeState } from './numpy-type'
import type { OperationTable } from './operation'
import type { PickleDict, PickleObject, PickleValue } from './value'
import { isKind, itemsOf } from './value-kinds'

/** What the file asks to be called with these arguments. An object in their place is kept as the only one. */
function call(machine: Machine, keywords: PickleDict | null = null): void {
  const given = machine.pop()
  const callable = machine.pop()
  const args = itemsOf(given, 'tuple') ?? (isKind(given, 'object') ? [given] : undefined)
  if (args === undefined) machine.refuse('something is called with arguments that are no tuple')
  machine.push(construct(machine, [callable, args, keywords]))
}

function callWithKeywords(machine: Machine): void {
  const keywords = machine.pop()
  if (isKind(keywords, 'dict')) call(machine, keywords.entries.length === 0 ? null : keywords)
  else machine.refuse('keyword arguments are no dict')
}

function pushInstance(machine: Machine): void {
  const callable = readGlobal(machine)
  machine.push(construct(machine, [callable, machine.popToMark(), null]))
}

function pushObject(machine: Machine): void {
  const [callable, ...args] = machine.popToMark()
  if (callable === undefined) machine.refuse('an object has no class')
  machine.push(construct(machine, [callable, args, null]))
}

function readGlobal(machine: Machine): PickleValue {
  const module = machine.cursor.readLine(machine.limits.lineBytes)
  return machine.globals.mention(module, machine.cursor.readLine(machine.limits.lineBytes))
}

function pushStackGlobal(machine: Machine): void {
  const name = machine.pop()
  const module = machine.pop()
  if (typeof module !== 'string' || typeof name !== 'string') machine.refuse('the name of a class is no text')
  machine.push(machine.globals.mention(module, name))
}

/** A number that only the program that wrote the file knows how to turn into a class. */
function pushExtension(machine: Machine, code: number): void {
  machine.push(machine.globals.mention('extension registry', `code ${code}`))
}

/** A reference to something outside of the file. */
function pushPersistent(machine: Machine, id: PickleValue): void {
  const callable = machine.globals.mention('persistent id', 'outside of the file')
  machine.push(construct(machine, [callable, [id], null]))
}

function build(machine: Machine): void {
  const state = machine.pop()
  const target = machine.peek()
  if (isKind(target, 'array')) setArrayState(machine, target, state)
  else if (isKind(target, 'dtype')) setTypeState(machine, target, state)
  else if (isKind(target, 'object')) addState(machine, target, state)
  else machine.refuse('a state is given to a value that has none')
}

/** Python lets a later state add to an earlier one. */
function addState(machine: Machine, target: PickleObject, state: PickleValue): void {
  const earlier = target.state
  if (!isKind(earlier, 'dict') || !isKind(state, 'dict')) {
    target.state = state
    return
  }
  machine.cursor.charge(COST.list + COST.item * (earlier.entries.length + state.entries.length))
  target.state = { kind: 'dict', entries: [...earlier.entries, ...state.entries] }
}

/** Names, calls and states, all of them only written down. */
export const OBJECT_OPERATIONS: OperationTable = {
  c: (machine) => machine.push(readGlobal(machine)),
  '\x93': pushStackGlobal,
  R: (machine) => call(machine),
  '\x81': (machine) => call(machine),
  '\x92': callWithKeywords,
  i: pushInstance,
  o: pushObject,
  b: build,
  P: (machine) => pushPersistent(machine, machine.cursor.readLine(machine.limits.lineBytes)),
  Q: (machine) => pushPersistent(machine, machine.pop()),
  '\x82': (machine) => pushExtension(machine, machine.cursor.readU1()),
  '\x83': (machine) => pushExtension(machine, machine.cursor.readU2()),
  '\x84': (machine) => pushExtension(machine, machine.cursor.readI4()),
}

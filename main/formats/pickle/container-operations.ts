import { COST } from './limits'
import type { Machine } from './machine'
import type { OperationTable } from './operation'
import type { PickleValue } from './value'
import { isKind } from './value-kinds'

function append(machine: Machine, items: readonly PickleValue[]): void {
  const target = machine.peek()
  if (!isKind(target, 'list') && !isKind(target, 'object'))
    machine.refuse('items are put into something that is no list')
  addItems(machine, target.items, items)
}

function addToSet(machine: Machine): void {
  const items = machine.popToMark()
  const target = machine.peek()
  if (!isKind(target, 'set') && !isKind(target, 'object'))
    machine.refuse('items are put into something that is no set')
  addItems(machine, target.items, items)
}

function addItems(machine: Machine, target: PickleValue[], items: readonly PickleValue[]): void {
  machine.cursor.charge(COST.item * items.length)
  makeRoom(machine, target.length, items.length)
  for (const item of items) target.push(item)
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const target = machine.peek()
  if (!isKind(target, 'dict') && !isKind(target, 'object'))
    machine.refuse('entries are put into something that is no dict')
  makeRoom(machine, target.entries.length, items.length / 2)
  for (const entry of pairUp(machine, items)) target.entries.push(entry)
}

function makeRoom(machine: Machine, present: number, more: number): void {
  if (present === 0) machine.cursor.charge(COST.room)
  // A list that grows is copied now and then: for a moment it takes more than twice its room.
  const most = machine.limits.containerItems
  if (present + more > most) machine.cursor.refuse('too_large', `a container has more than ${most} items`)
}

function pairUp(machine: Machine, items: readonly PickleValue[]): [PickleValue, PickleValue][] {
  if (items.length % 2 !== 0) machine.refuse('a key has no value')
  machine.cursor.charge(COST.entry * (items.length / 2))
  const entries: [PickleValue, PickleValue][] = []
  for (let i = 0; i < items.length; i += 2) entries.push([items[i] ?? null, items[i + 1] ?? null])
  return entries
}

/** Written out, as arrays that grow reserve room for many items. */
function pushPair(machine: Machine): void {
  const second = machine.pop()
  machine.push(machine.tuple([machine.pop(), second]))
}

function pushTriple(machine: Machine): void {
  const third = machine.pop()
  const second = machine.pop()
  machine.push(machine.tuple([machine.pop(), second, third]))
}

function pushSet(machine: Machine, items: PickleValue[], isFrozen: boolean): void {
  machine.cursor.charge(COST.list + COST.item * items.length)
  machine.push({ kind: 'set', items, isFrozen })
}

/** Lists, tuples, dicts, sets, the stack itself and what is remembered. */
export const CONTAINER_OPERATIONS: OperationTable = {
  '(': (machine) => machine.mark(),
  '0': (machine) => machine.discard(),
  '1': (machine) => void machine.popToMark(),
  '2': (machine) => machine.push(machine.peek()),
  ']': (machine) => machine.push(machine.list([])),
  l: (machine) => machine.push(machine.list(machine.popToMark())),
  a: (machine) => append(machine, [machine.pop()]),
  e: (machine) => append(machine, machine.popToMark()),
  ')': (machine) => machine.push(machine.tuple([])),
  t: (machine) => machine.push(machine.tuple(machine.popToMark())),
  '\x85': (machine) => machine.push(machine.tuple([machine.pop()])),
  '\x86': pushPair,
  '\x87': pushTriple,
  '}': (machine) => machine.push(machine.dict([])),
  d: (machine) => machine.push(machine.dict(pairUp(machine, machine.popToMark()))),
  s: (machine) => {
    const value = machine.pop()
    setItems(machine, [machine.pop(), value])
  },
  u: (machine) => setItems(machine, machine.popToMark()),
  '\x8f': (machine) => pushSet(machine, [], false),
  '\x90': addToSet,
  '\x91': (machine) => pushSet(machine, machine.popToMark(), true),
  p: (machine) => machine.remember(readIndex(machine)),
  q: (machine) => machine.remember(machine.cursor.readU1()),
  r: (machine) => machine.remember(machine.cursor.readU4()),
  '\x94': (machine) => machine.remember(machine.memoSize),
  g: (machine) => machine.recall(readIndex(machine)),
  h: (machine) => machine.recall(machine.cursor.readU1()),
  j: (machine) => machine.recall(machine.cursor.readU4()),
}

function readIndex(machine: Machine): number {
  const line = machine.cursor.readLine(32)
  if (!/^\d{1,15}$/.test(line)) machine.refuse('the number of a remembered value is no whole number')
  return Number(line)
}

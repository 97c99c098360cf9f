import { COST } from './limits'
import type { Machine } from './machine'
import { encodeLatin, makeArrayFromBuffer, makeEmptyArray, makeScalar } from './numpy-array'
import { makeType } from './numpy-type'
import type { PickleDict, PickleGlobal, PickleValue } from './value'
import { isKind, itemsOf, pathOf } from './value-kinds'

/** Makes the value that a call stands for; undefined when this call is not one that is known to be plain data. */
type Construct = (machine: Machine, args: readonly PickleValue[]) => PickleValue | undefined

const makeArray: Construct = (machine, [type]) =>
  isKind(type, 'global') && type.module.startsWith('numpy') ? makeEmptyArray(machine) : undefined

const makeBytes: Construct = (machine, [given, encoding]) => {
  if (given === undefined) return encodeLatin(machine, '')
  if (given instanceof Uint8Array) return given
  return typeof given === 'string' && isLatin(encoding) ? encodeLatin(machine, given) : undefined
}

const encode: Construct = (machine, [text, encoding]) =>
  typeof text === 'string' && isLatin(encoding) ? encodeLatin(machine, text) : undefined

const makeList: Construct = (machine, args) => {
  const items = args.length === 0 ? [] : anyItems(args[0])
  if (items === undefined || args.length > 1) return undefined
  chargeItems(machine, items.length)
  return machine.list([...items])
}

const makeTuple: Construct = (machine, args) => {
  const items = args.length === 0 ? [] : anyItems(args[0])
  if (items === undefined || args.length > 1) return undefined
  chargeItems(machine, items.length)
  return machine.tuple([...items])
}

const makeSet =
  (isFrozen: boolean): Construct =>
  (machine, args) => {
    const items = args.length === 0 ? [] : anyItems(args[0])
    if (items === undefined || args.length > 1) return undefined
    chargeItems(machine, items.length)
    return { kind: 'set', items: [...items], isFrozen }
  }

const makeDict: Construct = (machine, args) => {
  const [from] = args
  if (args.length > 1) return undefined
  if (from === undefined) return machine.dict([])
  if (isKind(from, 'dict')) return copyDict(machine, from)
  const pairs = anyItems(from)?.map((pair) => anyItems(pair))
  if (pairs === undefined) return undefined
  machine.cursor.charge(COST.entry * pairs.length)
  const entries: [PickleValue, PickleValue][] = []
  for (const [key, value, more] of pairs.map((pair) => pair ?? [])) {
    if (key === undefined || value === undefined || more !== undefined) return undefined
    entries.push([key, value])
  }
  return machine.dict(entries)
}

/** The factory of a defaultdict is a name that nothing here would call. */
const makeDefaultDict: Construct = (machine, args) =>
  args.length <= 2 ? makeDict(machine, args.slice(1)) : undefined

/** `_reconstructor(class, base, state)`: how protocols 0 and 1 write an object. */
const reconstruct: Construct = (machine, args) => {
  const [type, base, state] = args
  if (type === undefined || args.length !== 3) return undefined
  const object = machine.object(type, [], null)
  const name = pathOf(base)?.replace('__builtin__', 'builtins')
  if (name === 'builtins.dict' && isKind(state, 'dict')) {
    object.entries.push(...copyDict(machine, state).entries)
  } else if (name === 'builtins.list' && isKind(state, 'list')) {
    chargeItems(machine, state.items.length)
    for (const item of state.items) object.items.push(item)
  } else if (state !== undefined && state !== null) {
    return { ...object, args: [state] }
  }
  return object
}

const makeNew: Construct = (machine, [type, ...args]) =>
  type === undefined ? undefined : machine.object(type, args, null)

const NUMPY: readonly (readonly [string, Construct])[] = ['numpy.core', 'numpy._core'].flatMap((core) => [
  [`${core}.multiarray._reconstruct`, makeArray] as const,
  [`${core}.multiarray.scalar`, makeScalar] as const,
  [`${core}.numeric._frombuffer`, makeArrayFromBuffer] as const,
])

const BUILTINS: readonly (readonly [string, Construct])[] = ['builtins', '__builtin__'].flatMap((module) => [
  [`${module}.bytearray`, makeBytes] as const,
  [`${module}.bytes`, makeBytes] as const,
  [`${module}.list`, makeList] as const,
  [`${module}.tuple`, makeTuple] as const,
  [`${module}.set`, makeSet(false)] as const,
  [`${module}.frozenset`, makeSet(true)] as const,
  [`${module}.dict`, makeDict] as const,
])

/** The only calls that become values; each is carried out by this reader's own code, none by a name of the file. */
const CONSTRUCTORS: ReadonlyMap<string, Construct> = new Map<string, Construct>([
  ...NUMPY,
  ...BUILTINS,
  ['numpy.dtype', makeType],
  ['_codecs.encode', encode],
  ['collections.OrderedDict', makeDict],
  ['collections.Counter', makeDict],
  ['collections.defaultdict', makeDefaultDict],
  ['copyreg._reconstructor', reconstruct],
  ['copy_reg._reconstructor', reconstruct],
  ['copyreg.__newobj__', makeNew],
  ['copy_reg.__newobj__', makeNew],
])

/** Whether calls of this name can only make plain data. */
export function isPureConstructor({ module, name }: Omit<PickleGlobal, 'kind'>): boolean {
  return CONSTRUCTORS.has(`${module}.${name}`)
}

/** What a call comes to: plain data for the few constructors that are known to be harmless, else an inert record. */
export function construct(
  machine: Machine,
  [callable, args, keywords]: readonly [PickleValue, readonly PickleValue[], PickleDict | null],
): PickleValue {
  const make = keywords === null ? CONSTRUCTORS.get(pathOf(callable) ?? '') : undefined
  const value = make?.(machine, args)
  if (value !== undefined) return value
  const object = machine.object(callable, args, keywords)
  if (isKind(callable, 'global')) machine.globals.noteCall(callable, object)
  return object
}

function anyItems(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  return itemsOf(value, 'list') ?? itemsOf(value, 'tuple') ?? itemsOf(value, 'set')
}

function chargeItems(machine: Machine, count: number): void {
  machine.cursor.charge(COST.list + COST.item * count)
}

function copyDict(machine: Machine, { entries }: PickleDict): PickleDict {
  machine.cursor.charge(COST.list + COST.entry * entries.length)
  return { kind: 'dict', entries: entries.map(([key, value]) => [key, value]) }
}

function isLatin(encoding: PickleValue | undefined): boolean {
  return typeof encoding === 'string' && /^(latin[-_]?1|iso-?8859-1)$/i.test(encoding)
}

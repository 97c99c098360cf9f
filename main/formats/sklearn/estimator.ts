// A fitted estimator as its pickle describes it: typed, named access to parameters and fitted attributes.
import { WorkstationError } from '../../errors'
import type { NumpyArray, PickleDict, PickleObject, PickleValue } from '../pickle/value'
import { readNumbers, readValues } from '../pickle/numpy'

/** Numbers in C order with their shape. */
export type Numbers = { readonly values: Float64Array; readonly shape: readonly number[] }

const isKind = <Kind extends string>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<PickleValue, { kind: Kind }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind

type Attributes = ReadonlyMap<string, PickleValue>

const NONE: Attributes = new Map()
/** A file may give one dict to a million objects: it is read once. */
const known = new WeakMap<PickleDict, Attributes>()

function readDict(dict: PickleDict): Attributes {
  const read = known.get(dict)
  if (read !== undefined) return read
  const entries = new Map<string, PickleValue>()
  for (const [key, content] of dict.entries) if (typeof key === 'string') entries.set(key, content)
  known.set(dict, entries)
  return entries
}

/** The entries of an object's `__dict__`; of `(dict, slots)` both, where there are slots. */
function readState(state: PickleValue | undefined): Attributes {
  if (isKind(state, 'dict')) return readDict(state)
  if (!isKind(state, 'tuple')) return NONE
  const dicts = state.items.slice(0, 2).filter((item) => isKind(item, 'dict'))
  const [first, second] = dicts.map(readDict)
  if (first === undefined || second === undefined) return first ?? NONE
  return new Map([...first, ...second])
}

/** One fitted estimator. Every reader throws `unsupported` with the estimator's name when the attribute is not as expected. */
export class Estimator {
  /** `sklearn.linear_model._ridge` */
  readonly module: string
  /** `Ridge` */
  readonly name: string
  private readonly state: PickleValue | undefined
  private read: Attributes | undefined

  private constructor(object: PickleObject, module: string, name: string) {
    this.module = module
    this.name = name
    this.state = object.state
  }

  /** Read when they are first asked for: most objects of a crafted file never are. */
  private get attributes(): Attributes {
    this.read ??= readState(this.state)
    return this.read
  }

  /** Null when the value is no object of a named class. */
  static from(value: PickleValue | undefined): Estimator | null {
    if (!isKind(value, 'object')) return null
    // copyreg._reconstructor(class, object, None) of protocols 0 and 1 is given as an object of that class.
    const { callable } = value
    return isKind(callable, 'global') ? new Estimator(value, callable.module, callable.name) : null
  }

  /** `sklearn`, `xgboost`, `lightgbm`, … */
  get library(): string {
    return this.module.split('.')[0] ?? this.module
  }

  /** `_sklearn_version` of the file, or null. */
  get version(): string | null {
    return this.textOr('_sklearn_version', null)
  }

  /** Refuses the whole import: names the class, why, and what the person can do. */
  refuse(reason: string): never {
    throw new WorkstationError('unsupported', `${this.name} cannot be converted: ${reason}`)
  }

  /** The raw value, or undefined. */
  get(name: string): PickleValue | undefined {
    return this.attributes.get(name)
  }

  /** True when the attribute is there and not None. */
  has(name: string): boolean {
    const value = this.attributes.get(name)
    return value !== undefined && value !== null
  }

  names(): string[] {
    return [...this.attributes.keys()]
  }

  /** A number (also of a numpy scalar, a bool, or an array with one element). */
  number(name: string): number {
    const value = this.attributes.get(name)
    if (typeof value === 'number') return value
    if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
    if (isKind(value, 'array')) {
      const [only, ...rest] = readNumbers(value)
      if (only !== undefined && rest.length === 0) return only
    }
    return this.refuse(this.describe(name, 'a number'))
  }

  numberOr<Fallback>(name: string, fallback: Fallback): number | Fallback {
    return this.has(name) ? this.number(name) : fallback
  }

  text(name: string): string {
    const value = this.attributes.get(name)
    return typeof value === 'string' ? value : this.refuse(this.describe(name, 'text'))
  }

  /** The text, or the fallback when the attribute is missing, None or no text. */
  textOr<Fallback>(name: string, fallback: Fallback): string | Fallback {
    const value = this.attributes.get(name)
    return typeof value === 'string' ? value : fallback
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.attributes.get(name)
    return typeof value === 'boolean' ? value : typeof value === 'number' ? value !== 0 : fallback
  }

  /** An array (or list) of numbers, any shape. */
  numbers(name: string): Numbers {
    const value = this.attributes.get(name)
    if (isKind(value, 'array')) return { values: readNumbers(value), shape: value.shape }
    if (isKind(value, 'list') || isKind(value, 'tuple')) {
      const values = value.items.map((item) => (typeof item === 'number' ? item : Number.NaN))
      return { values: Float64Array.from(values), shape: [values.length] }
    }
    if (typeof value === 'number') return { values: Float64Array.of(value), shape: [] }
    return this.refuse(this.describe(name, 'an array of numbers'))
  }

  /** Numbers of an array with one or two dimensions; one dimension is one row. */
  matrix(name: string): { readonly values: Float64Array; readonly rows: number; readonly columns: number } {
    const { values, shape } = this.numbers(name)
    if (shape.length > 2) return this.refuse(`${name} has ${shape.length} dimensions; expected two`)
    const columns = shape.at(-1) ?? 1
    return { values, rows: shape.length === 2 ? (shape[0] ?? 0) : 1, columns }
  }

  array(name: string): NumpyArray {
    const value = this.attributes.get(name)
    return isKind(value, 'array') ? value : this.refuse(this.describe(name, 'an array'))
  }

  /** The numbers of each array in a list of arrays. */
  arrays(name: string): Float64Array[] {
    return this.items(name).map((item) =>
      isKind(item, 'array') ? readNumbers(item) : this.refuse(this.describe(name, 'a list of arrays')),
    )
  }

  /** The elements of a list, tuple or array as they are. */
  items(name: string): readonly PickleValue[] {
    const value = this.attributes.get(name)
    if (isKind(value, 'list') || isKind(value, 'tuple')) return value.items
    if (isKind(value, 'array')) return readItems(value)
    return this.refuse(this.describe(name, 'a list'))
  }

  dict(name: string): PickleDict {
    const value = this.attributes.get(name)
    return isKind(value, 'dict') ? value : this.refuse(this.describe(name, 'a dict'))
  }

  estimator(name: string): Estimator {
    return Estimator.from(this.attributes.get(name)) ?? this.refuse(this.describe(name, 'an estimator'))
  }

  /** A list or an object array of estimators, flattened. */
  estimators(name: string): Estimator[] {
    return this.items(name).map(
      (item) => Estimator.from(item) ?? this.refuse(`${name} holds something that is no estimator`),
    )
  }

  /** Named estimators of a list of (name, estimator) tuples, such as `steps`; 'drop' and 'passthrough' are null. */
  pairs(name: string): (readonly [name: string, estimator: Estimator | null])[] {
    return this.items(name).map((item) => {
      const [label, inner] = isKind(item, 'tuple') ? item.items : []
      if (typeof label !== 'string') return this.refuse(this.describe(name, 'a list of names and estimators'))
      return [label, Estimator.from(inner)] as const
    })
  }

  /** Names of the columns it was fitted on, or null. */
  get featureNames(): readonly string[] | null {
    const value = this.attributes.get('feature_names_in_') ?? this.attributes.get('_feature_names_in')
    if (!isKind(value, 'array')) return null
    return readValues(value).map(String)
  }

  private describe(name: string, expected: string): string {
    const value = this.attributes.get(name)
    if (value === undefined) return `it has no ${name}; was it fitted?`
    return `${name} is ${value === null ? 'None' : typeof value === 'object' && 'kind' in value ? value.kind : typeof value}; expected ${expected}`
  }
}

function readItems(array: NumpyArray): readonly PickleValue[] {
  return array.content.kind === 'items' ? array.content.items : readValues(array)
}

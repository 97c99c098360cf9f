import { readBoosterVersion } from './booster-version'
import { classPathOf, clip, describeKind, describeShort } from './describe-value'
import { readItems, readValues } from './numpy'
import { elementReader } from './numpy-elements'
import type { EstimatorOutline } from './outline'
import { OUTLINE_LIMITS as LIMITS } from './outline'
import type { NumpyArray, PickleObject, PickleValue } from './value'
import { isKind, itemsOf } from './value-kinds'

type Attributes = ReadonlyMap<string, PickleValue>

type Place = {
  readonly place: string
  readonly label: string | null
  readonly count: number
  readonly depth: number
}

/** Attributes whose parts are shown below an estimator unless a fitted form of them is there too. */
const PARTS_BEFORE_FITTING: ReadonlyMap<string, string> = new Map([
  ['steps', ''],
  ['transformer_list', ''],
  ['transformers', 'transformers_'],
  ['estimators', 'estimators_'],
])
/** What the estimators of an ensemble were copied from. */
const TEMPLATES: ReadonlySet<string> = new Set(['estimator_', 'base_estimator_'])
const TELLING_ATTRIBUTES: ReadonlySet<string> = new Set(['steps', 'n_features_in_', 'classes_', '_Booster'])
const BOOSTERS: ReadonlySet<string> = new Set(['xgboost.core.Booster', 'lightgbm.basic.Booster'])
const LIBRARIES_OF_MODELS = /^(sklearn|xgboost|lightgbm|catboost|imblearn|category_encoders|mlxtend)\./
/** Bytes of one text of an array that is still shown. */
const LONGEST_ITEM = 4_096
const FEATURE_COUNTS = ['n_features_in_', 'n_features_', '_n_features', 'n_features']
const FEATURE_NAMES = [
  'feature_names_in_',
  'feature_name_',
  '_feature_name',
  'feature_names_',
  'feature_names',
]

/**
 * Outlines the estimators of one file. It looks at a bounded number of values, so that shared lists that stand for
 * billions, cycles and chains of a million links cost it nothing.
 */
export class Outliner {
  #looks = 0
  #estimators = 0
  readonly #open = new Set<PickleValue>()

  /** Whether something was left out. */
  isShortened = false

  /** All estimators in a value: the value itself, or what lies in the dicts, lists, tuples and objects around them. */
  find(value: PickleValue, at: Pick<Place, 'place' | 'depth'>): EstimatorOutline[] {
    const place = { ...at, label: null, count: 1 }
    if (isEstimator(value) || (at.depth === 0 && isObjectWithState(value))) return this.#outline(value, place)
    if (!this.#enter(value, at.depth)) return []
    const found = this.#findInside(value, at)
    this.#open.delete(value)
    return found
  }

  #findInside(value: PickleValue, at: Pick<Place, 'place' | 'depth'>): EstimatorOutline[] {
    const depth = at.depth + 1
    if (isKind(value, 'dict')) {
      return value.entries.flatMap(([key, item]) =>
        this.#look()
          ? this.find(item, { place: clip(`${at.place}[${describeShort(key)}]`, 200), depth })
          : [],
      )
    }
    if (isKind(value, 'object')) {
      return stateEntries(value).flatMap(([name, item]) => {
        const attribute = typeof name === 'string' ? clip(name, LIMITS.characters) : ''
        return this.#look() ? this.find(item, { place: clip(`${at.place}.${attribute}`, 200), depth }) : []
      })
    }
    const items = sequenceOf(value) ?? []
    return this.#group(items, { ...at, depth }, (index) => clip(`${at.place}[${index}]`, 200))
  }

  /** Estimators of the same class in a row become one outline with a count. */
  #group(
    items: readonly PickleValue[],
    { depth }: Pick<Place, 'depth'>,
    placeOf: (index: number) => string,
  ): EstimatorOutline[] {
    const found: EstimatorOutline[] = []
    const groups = new Map<
      string,
      { first: PickleObject; index: number; label: string | null; count: number }
    >()
    for (const [index, item] of items.entries()) {
      if (!this.#look()) break
      const named = namedPart(item)
      const object = named?.object ?? (isEstimator(item) ? item : undefined)
      if (object === undefined) {
        found.push(...this.find(item, { place: placeOf(index), depth }))
        continue
      }
      const key = named === undefined ? classPathOf(object) : `${classPathOf(object)} ${index}`
      const group = groups.get(key)
      if (group === undefined)
        groups.set(key, { first: object, index, label: named?.label ?? null, count: 1 })
      else group.count++
    }
    for (const { first, index, label, count } of groups.values()) {
      found.push(...this.#outline(first, { place: placeOf(index), label, count, depth }))
    }
    return found
  }

  #outline(object: PickleObject, place: Place): EstimatorOutline[] {
    if (!this.#enter(object, place.depth)) return []
    if (++this.#estimators > LIMITS.estimators) {
      this.isShortened = true
      this.#open.delete(object)
      return []
    }
    const attributes = attributesOf(object)
    const outline = { ...this.#describe(object, attributes, place), nested: this.#nested(attributes, place) }
    this.#open.delete(object)
    return [outline]
  }

  #describe(
    object: PickleObject,
    attributes: Attributes,
    { place, label, count }: Place,
  ): Omit<EstimatorOutline, 'nested'> {
    const classPath = classPathOf(object)
    const all = [...attributes].filter(([name]) => name !== '_sklearn_version')
    const parameters = all.filter(([name]) => isParameter(name))
    const fitted = all.filter(([name, value]) => isFitted(name) || (name.startsWith('_') && isBulky(value)))
    if (parameters.length > LIMITS.parameters || fitted.length > LIMITS.attributes) this.isShortened = true
    return {
      place,
      label,
      count,
      classPath,
      name: classPath.split('.').at(-1) ?? classPath,
      library: classPath.split('.')[0] ?? classPath,
      version: versionOf(object, attributes),
      parameters: parameters.slice(0, LIMITS.parameters).map(([name, value]) => {
        return { name: clip(name, LIMITS.characters), value: describeShort(value) }
      }),
      attributes: fitted.slice(0, LIMITS.attributes).map(([name, value]) => {
        return { name: clip(name, LIMITS.characters), ...describeKind(value) }
      }),
      featureCount: firstNumber(attributes, FEATURE_COUNTS),
      featureNames: textsOf(
        FEATURE_NAMES.map((name) => attributes.get(name)),
        LIMITS.names,
      ),
      classes: textsOf([attributes.get('classes_'), attributes.get('_classes')], LIMITS.classes),
    }
  }

  #nested(attributes: Attributes, { depth }: Place): EstimatorOutline[] {
    return [...attributes].flatMap(([name, value]) => {
      if (TEMPLATES.has(name) && attributes.has('estimators_')) return []
      const fittedForm = PARTS_BEFORE_FITTING.get(name)
      const isPart = fittedForm !== undefined && !attributes.has(fittedForm)
      if (!isPart && !isFitted(name) && !name.startsWith('_')) return []
      if (!this.#look() || typeof value !== 'object') return []
      return this.find(value, { place: clip(name, LIMITS.characters), depth: depth + 1 })
    })
  }

  /** Whether a value may be gone into: not from within itself, not too deep, not too late. */
  #enter(value: PickleValue, depth: number): boolean {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
    if (this.#open.has(value)) return false
    if (depth > LIMITS.depth) this.isShortened = true
    if (depth > LIMITS.depth || !this.#look()) return false
    this.#open.add(value)
    return true
  }

  #look(): boolean {
    if (this.#looks >= LIMITS.looks) this.isShortened = true
    return this.#looks++ < LIMITS.looks
  }
}

function isEstimator(value: PickleValue | undefined): value is PickleObject {
  if (!isKind(value, 'object') || !isKind(value.callable, 'global')) return false
  const attributes = stateEntries(value)
  if (attributes.length === 0) return false
  const names = attributes.slice(0, 200).map(([name]) => name)
  if (names.includes('_sklearn_version')) return true
  if (names.some((name) => typeof name === 'string' && TELLING_ATTRIBUTES.has(name))) return true
  if (BOOSTERS.has(`${value.callable.module}.${value.callable.name}`)) return true
  const isOfLibrary = LIBRARIES_OF_MODELS.test(`${value.callable.module}.`)
  return isOfLibrary && names.some((name) => typeof name === 'string' && isFitted(name))
}

/** Someone's own class is told too when it is all that the file holds. */
function isObjectWithState(value: PickleValue): value is PickleObject {
  return isKind(value, 'object') && stateEntries(value).length > 0
}

/** The entries of an object's `__dict__`, which some write as a pair with their slots. */
function stateEntries(object: PickleObject): readonly [PickleValue, PickleValue][] {
  const state = isKind(object.state, 'tuple') ? object.state.items[0] : object.state
  return isKind(state, 'dict') ? state.entries : []
}

function attributesOf(object: PickleObject): Attributes {
  const entries = stateEntries(object).slice(0, 4 * LIMITS.attributes)
  return new Map(entries.flatMap(([name, value]) => (typeof name === 'string' ? [[name, value]] : [])))
}

/** (name, estimator) or (name, estimator, columns), as pipelines keep their parts. */
function namedPart(value: PickleValue): { label: string; object: PickleObject } | undefined {
  const [label, object] = itemsOf(value, 'tuple') ?? itemsOf(value, 'list') ?? []
  if (typeof label !== 'string' || !isKind(object, 'object')) return undefined
  return { label: clip(label, LIMITS.characters), object }
}

function sequenceOf(value: PickleValue): readonly PickleValue[] | undefined {
  if (isKind(value, 'array')) return readItems(value)
  return itemsOf(value, 'list') ?? itemsOf(value, 'tuple')
}

const isFitted = (name: string): boolean =>
  name.endsWith('_') && !name.endsWith('__') && !name.startsWith('_')
const isParameter = (name: string): boolean => !name.startsWith('_') && !name.endsWith('_')

/** Worth telling although it is private: what the model consists of. */
const isBulky = (value: PickleValue): boolean =>
  isKind(value, 'array') || isKind(value, 'object') || value instanceof Uint8Array

function versionOf(object: PickleObject, attributes: Attributes): string | null {
  const version = attributes.get('_sklearn_version')
  if (typeof version === 'string') return clip(version, 40)
  return readBoosterVersion(attributes.get('_Booster') ?? object)
}

function firstNumber(attributes: Attributes, names: readonly string[]): number | null {
  const found = names.map((name) => attributes.get(name)).find((value) => typeof value === 'number')
  return typeof found === 'number' && Number.isFinite(found) ? found : null
}

/** The first of the candidates that is a list of plain values, as texts. */
function textsOf(candidates: readonly (PickleValue | undefined)[], most: number): string[] | null {
  for (const value of candidates) {
    const items = plainItems(value, most)
    if (items !== undefined)
      return items.map((item) =>
        typeof item === 'string' ? clip(item, LIMITS.characters) : describeShort(item),
      )
  }
  return null
}

function plainItems(value: PickleValue | undefined, most: number): readonly PickleValue[] | undefined {
  const items = itemsOf(value, 'list') ?? itemsOf(value, 'tuple')
  if (items !== undefined) return items.slice(0, most)
  if (!isKind(value, 'array') || value.shape.length !== 1) return undefined
  return readItems(value)?.slice(0, most) ?? firstValues(value, most)
}

/** The first values of an array of plain numbers or texts; undefined for other types and for endless texts. */
function firstValues(array: NumpyArray, most: number): readonly PickleValue[] | undefined {
  const { content, type, shape } = array
  if (content.kind !== 'bytes' || type.itemSize > LONGEST_ITEM || elementReader(type) === undefined)
    return undefined
  const count = Math.min(shape[0] ?? 0, most)
  return readValues({ ...array, shape: [count] })
}

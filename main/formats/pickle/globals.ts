import type { ByteCursor } from './byte-cursor'
import { COST } from './limits'
import type { PickleGlobal, PickleObject } from './value'

/** A name that the file mentions, how often, and the first calls of it that the file asks for. */
export type GlobalUse = {
  readonly module: string
  readonly name: string
  readonly count: number
  readonly calls: readonly PickleObject[]
}

/** Calls that are kept of each name. */
export const MOST_CALLS = 3

/** The names that a pickle mentions; they are written down and never looked up. */
export class GlobalLog {
  readonly #cursor: ByteCursor
  readonly #uses = new Map<string, { value: PickleGlobal; count: number; calls: PickleObject[] }>()

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor
  }

  /** The same value for the same name, however often a file repeats it. */
  mention(module: string, name: string): PickleGlobal {
    const { limits } = this.#cursor
    if (module.length + name.length > limits.nameCharacters) {
      this.#cursor.refuse('too_large', `a name has more than ${limits.nameCharacters} characters`)
    }
    const key = `${module}\n${name}`
    const known = this.#uses.get(key)
    if (known !== undefined) {
      known.count++
      return known.value
    }
    if (this.#uses.size >= limits.globals) {
      this.#cursor.refuse('too_large', `it mentions more than ${limits.globals} classes and functions`)
    }
    this.#cursor.charge(COST.global + 4 * key.length)
    const value: PickleGlobal = { kind: 'global', module, name }
    this.#uses.set(key, { value, count: 1, calls: [] })
    return value
  }

  /** Keeps the call for showing, if it is one of the first of its name. */
  noteCall(callable: PickleGlobal, call: PickleObject): void {
    const use = this.#uses.get(`${callable.module}\n${callable.name}`)
    if (use !== undefined && use.calls.length < MOST_CALLS) use.calls.push(call)
  }

  list(): GlobalUse[] {
    return [...this.#uses.values()].map(({ value, count, calls }) => {
      return { module: value.module, name: value.name, count, calls }
    })
  }
}

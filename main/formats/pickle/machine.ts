import type { ByteCursor } from './byte-cursor'
import type { GlobalLog } from './globals'
import type { PickleLimits } from './limits'
import { COST } from './limits'
import type { NumpyArray, PickleDict, PickleList, PickleObject, PickleTuple, PickleValue } from './value'

/**
 * The stack, the marks and the memo of one pickle. It holds values and never acts on them: names stay names, and what
 * the file asks to be called is written down as a `PickleObject`.
 */
export class Machine {
  readonly cursor: ByteCursor
  readonly globals: GlobalLog
  /** A pickle inside a joblib file, written by plain pickle: no bytes follow its arrays. */
  readonly isNested: boolean
  /** What protocol the file says it has; undefined without a word. */
  protocol: number | undefined
  hasInlineArrays = false
  #stack: PickleValue[] = []
  #marks: number[] = []
  #floor = 0
  #memo = new Map<number, PickleValue>()

  constructor(cursor: ByteCursor, globals: GlobalLog, isNested = false) {
    this.cursor = cursor
    this.globals = globals
    this.isNested = isNested
  }

  get limits(): PickleLimits {
    return this.cursor.limits
  }

  refuse(message: string): never {
    return this.cursor.refuse('invalid', message)
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= this.limits.containerItems) {
      this.cursor.refuse(
        'too_large',
        `more than ${this.limits.containerItems} values wait for their container`,
      )
    }
    this.#stack.push(value)
  }

  pop(): PickleValue {
    const value = this.#stack.length > this.#floor ? this.#stack.pop() : undefined
    if (value === undefined) this.refuse('an operation finds no value to work on')
    return value
  }

  /** The value on top, which stays. */
  peek(): PickleValue {
    const value = this.#stack.length > this.#floor ? this.#stack.at(-1) : undefined
    if (value === undefined) this.refuse('an operation finds no value to work on')
    return value
  }

  replaceTop(value: PickleValue): void {
    this.pop()
    this.push(value)
  }

  mark(): void {
    if (this.#marks.length >= this.limits.marks) {
      this.cursor.refuse('too_large', `more than ${this.limits.marks} containers are open at once`)
    }
    this.#marks.push(this.#stack.length)
    this.#floor = this.#stack.length
  }

  /** Takes everything since the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const from = this.#marks.pop()
    if (from === undefined) this.refuse('a container is closed that was never opened')
    this.#floor = this.#marks.at(-1) ?? 0
    return this.#stack.splice(from)
  }

  /** POP takes a value, or the mark itself where nothing stands above it. */
  discard(): void {
    if (this.#stack.length === this.#floor && this.#marks.length > 0) this.popToMark()
    else this.pop()
  }

  remember(index: number): void {
    const value = this.peek()
    if (this.#memo.size >= this.limits.memoEntries) {
      this.cursor.refuse('too_large', `it remembers more than ${this.limits.memoEntries} values`)
    }
    this.cursor.charge(COST.memo)
    this.#memo.set(index, value)
  }

  get memoSize(): number {
    return this.#memo.size
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) this.refuse(`it refers to value ${index}, which it never remembered`)
    this.push(value)
  }

  /** The value that is left at the end. */
  finish(): PickleValue {
    return this.pop()
  }

  list(items: PickleValue[]): PickleList {
    this.cursor.charge(COST.list + COST.item * items.length)
    return { kind: 'list', items }
  }

  tuple(items: readonly PickleValue[]): PickleTuple {
    this.cursor.charge(COST.list + COST.item * items.length)
    return { kind: 'tuple', items }
  }

  dict(entries: [PickleValue, PickleValue][]): PickleDict {
    this.cursor.charge(COST.list + COST.entry * entries.length)
    return { kind: 'dict', entries }
  }

  object(callable: PickleValue, args: readonly PickleValue[], keywords: PickleDict | null): PickleObject {
    this.cursor.charge(COST.object + COST.item * args.length)
    return { kind: 'object', callable, args, keywords, state: undefined, items: [], entries: [] }
  }

  array(parts: Omit<NumpyArray, 'kind'>): NumpyArray {
    this.cursor.charge(COST.array + COST.item * parts.shape.length)
    return { kind: 'array', ...parts }
  }
}

import { WorkstationError } from '../../errors'
import type { UbjsonNumbers } from './ubjson'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Typed arrays are what UBJSON has of numbers of one type. */
const isNumbers = (value: unknown): value is UbjsonNumbers =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)

/** One object of a model document, read by name. Every reader throws `invalid` with the path when content is not as expected. */
export class Part {
  private readonly content: Readonly<Record<string, unknown>>
  private readonly path: string

  constructor(content: unknown, path = 'the model') {
    this.path = path
    this.content = isObject(content) ? content : this.fail(`${path} is no object`)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.content, name) && this.content[name] !== null
  }

  part(name: string): Part {
    return new Part(this.get(name), `${this.path}.${name}`)
  }

  partOr(name: string): Part | null {
    return this.has(name) ? this.part(name) : null
  }

  parts(name: string): Part[] {
    const list = this.get(name)
    if (!Array.isArray(list)) return this.fail(`${this.path}.${name} is no list`)
    return list.map((item: unknown, index) => new Part(item, `${this.path}.${name}[${index}]`))
  }

  text(name: string): string {
    const value = this.get(name)
    return typeof value === 'string' ? value : this.fail(`${this.path}.${name} is no text`)
  }

  textOr<Fallback>(name: string, fallback: Fallback): string | Fallback {
    return this.has(name) ? this.text(name) : fallback
  }

  texts(name: string): string[] {
    const list = this.has(name) ? this.get(name) : []
    if (!Array.isArray(list) || list.some((item) => typeof item !== 'string'))
      return this.fail(`${this.path}.${name} is no list of texts`)
    return list.map(String)
  }

  /** A whole number from 0 up to `most`; XGBoost writes parameters as text. */
  count(name: string, most: number): number {
    const value = Number(this.get(name))
    if (!Number.isInteger(value) || value < 0)
      return this.fail(`${this.path}.${name} is no whole number from 0`)
    if (value > most)
      throw new WorkstationError(
        'too_large',
        `the file cannot be read: ${this.path}.${name} is ${value}; at most ${most} is read`,
      )
    return value
  }

  countOr(name: string, fallback: number, most: number): number {
    return this.has(name) ? this.count(name, most) : fallback
  }

  /** A list of numbers; null stands for NaN, true for 1. An absent list is empty. Decimals mean the nearest float32. */
  numbers(name: string): ArrayLike<number> {
    const list = this.has(name) ? this.get(name) : []
    if (isNumbers(list)) return list
    if (!Array.isArray(list)) return this.fail(`${this.path}.${name} is no list of numbers`)
    return Float64Array.from(list, (item: unknown) => {
      if (item === null) return Number.NaN
      if (typeof item === 'boolean') return Number(item)
      if (typeof item === 'number') return Number.isInteger(item) ? item : Math.fround(item)
      return this.fail(`${this.path}.${name} holds something that is no number`)
    })
  }

  fail(why: string): never {
    throw new WorkstationError('invalid', `the XGBoost model cannot be read: ${why}`)
  }

  private get(name: string): unknown {
    if (!Object.hasOwn(this.content, name)) return this.fail(`${this.path} has no ${name}`)
    return this.content[name]
  }
}

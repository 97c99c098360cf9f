/** Pieces of pickles, one character per byte. */
export const bytesOf = (program: string): Buffer => Buffer.from(program, 'latin1')

export function little(value: number | bigint, size: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)))
  return bytes.subarray(0, size).toString('latin1')
}

const latin = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** A text of protocol 1 and later. */
export const text = (value: string): string => `X${little(latin(value).length, 4)}${latin(value)}`
export const shortText = (value: string): string => `\x8c${little(latin(value).length, 1)}${latin(value)}`
export const bytes = (value: string): string => `B${little(value.length, 4)}${value}`
export const integer = (value: number): string => `J${little(value, 4)}`
export const global = (module: string, name: string): string => `c${module}\n${name}\n`
export const stackGlobal = (module: string, name: string): string =>
  `${shortText(module)}${shortText(name)}\x93`
export const tuple = (...items: string[]): string => `(${items.join('')}t`
export const call = (callable: string, ...args: string[]): string => `${callable}${tuple(...args)}R`
export const proto = (version: number, program: string): string =>
  `\x80${String.fromCharCode(version)}${program}`

/** Doubles what is on the stack: a list of itself twice, `times` over. */
export const doubled = (start: string, twice: string, times: number): string => start + twice.repeat(times)

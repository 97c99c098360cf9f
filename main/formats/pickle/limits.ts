const MIB = 1_048_576

/** What reading one pickle may cost before it is refused as `too_large`; each bounds memory or time, not usefulness. */
export type PickleLimits = {
  /** The file, what it unpacks to and the values read from it, together; what V8 needs beside them fits below 512 MiB too. */
  readonly memoryBytes: number
  /** What a compressed file may unpack to, whatever its size. */
  readonly unpackedBytes: number
  /** Steps of the program that a pickle is: a second or two of work. */
  readonly operations: number
  /** Items of one container, and values waiting to be put into one. */
  readonly containerItems: number
  /** Containers open inside one another. */
  readonly marks: number
  /** Values that the file may refer to again. */
  readonly memoEntries: number
  /** Different names of classes and functions. */
  readonly globals: number
  /** Module and name of one of them. */
  readonly nameCharacters: number
  /** One text. */
  readonly textBytes: number
  /** One line of a text protocol that is no text: a number or the name of a class. */
  readonly lineBytes: number
  /** Digits of a whole number written as decimal text: Python's own bound, because reading them is not linear. */
  readonly digits: number
  /** Bytes of a whole number in binary. */
  readonly integerBytes: number
}

export const PICKLE_LIMITS: PickleLimits = {
  memoryBytes: 320 * MIB,
  unpackedBytes: 256 * MIB,
  operations: 50_000_000,
  containerItems: 4_000_000,
  marks: 20_000,
  memoEntries: 4_000_000,
  globals: 20_000,
  nameCharacters: 256,
  textBytes: 64 * MIB,
  lineBytes: 8_192,
  digits: 4_300,
  integerBytes: 4_096,
}

/** A compressed file may grow by this factor; zeros alone reach 1,000, models 3 to 20. */
export const MOST_GROWTH = 200
/** Below this, growth is nobody's concern. */
export const FREE_GROWTH_BYTES = 64 * MIB

/** NumPy's own bound on dimensions. */
export const MOST_DIMENSIONS = 64
/** Fields of one structured type. */
export const MOST_FIELDS = 1_024
/** Attributes of joblib's stand-in for an array; it has six. */
export const MOST_WRAPPER_ATTRIBUTES = 64
/** Values that one reader hands out at once: 128 MiB as doubles. */
export const MOST_VALUES_READ = 16 * MIB

/** Bytes of memory that one value costs at most, beside what it holds; measured on 64-bit V8, rounded up. */
export const COST = {
  list: 160,
  /** The first item: arrays that grow reserve room for 17. */
  room: 192,
  entry: 128,
  object: 320,
  item: 16,
  number: 16,
  text: 64,
  view: 192,
  array: 640,
  type: 256,
  field: 192,
  memo: 64,
  global: 512,
} as const

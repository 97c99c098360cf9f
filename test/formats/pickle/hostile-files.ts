import { deflateSync, gzipSync } from 'node:zlib'
import { bytes, bytesOf, call, global, integer, little, proto, shortText, text, tuple } from './assemble'

/** A file that is built to exhaust or to break its reader. It is made when it is needed, as some are large. */
export type HostileFile = { readonly name: string; readonly make: () => Buffer }

const MIB = 1_048_576
const dtype = (code: string): string => call(global('numpy', 'dtype'), text(code), '\x89', '\x88')
const typeState = (names: string, fields: string, size: number): string =>
  `(K\x03${text('|')}N${names}${fields}${integer(size)}K\x01K\x00tb`
const emptyArray = call(
  global('numpy.core.multiarray', '_reconstruct'),
  global('numpy', 'ndarray'),
  tuple('K\x00'),
  bytes('b'),
)
const arrayState = (shape: string, type: string, data: string): string => `(K\x01${shape}${type}\x89${data}tb`
const wrapper = (...state: string[]): string =>
  `${global('joblib.numpy_pickle', 'NumpyArrayWrapper')})\x81}(${state.join('')}ub`
const frombuffer = global('numpy.core.numeric', '_frombuffer')
const big = (value: bigint): string => `\x8a\x08${little(value, 8)}`
const manyItems = (count: number): string => `](${'N'.repeat(count)}e`
const manyBytes = (size: number): string => bytes('\0'.repeat(size))

const file = (name: string, program: () => string): HostileFile => ({ name, make: () => bytesOf(program()) })
/** The program again and again until the file has so many bytes. */
const filled = (
  name: string,
  [start, part, end]: readonly [string, string, string],
  size = 12 * MIB,
): HostileFile => ({
  name,
  make: () =>
    Buffer.concat([bytesOf(start), Buffer.alloc(size - (size % part.length), bytesOf(part)), bytesOf(end)]),
})

const LAUGHS: readonly HostileFile[] = [
  file('lists doubled a thousand times', () => `]q\x00${'](h\x00h\x00eq\x00'.repeat(1000)}.`),
  file('tuples doubled a thousand times', () => `)${'2\x86'.repeat(1000)}.`),
  file('dicts doubled a thousand times', () => `}q\x00${`}(K\x01h\x00K\x02h\x00uq\x00`.repeat(1000)}.`),
  file(
    'objects doubled a thousand times',
    () =>
      `)q\x00${`${global('sklearn.a', 'B')}h\x00h\x00\x86R}${text('classes_')}h\x00sbq\x00`.repeat(1000)}.`,
  ),
  file(
    'pipelines of themselves',
    () =>
      `${global('sklearn.pipeline', 'Pipeline')})\x81q\x00}(${text('steps')}](${tuple(text('a'), 'h\x00')}${tuple(text('b'), 'h\x00')}eub.`,
  ),
  file(
    'a list of ten thousand, ten thousand times, three deep',
    () =>
      `${manyItems(10_000)}q\x000](${'h\x00'.repeat(10_000)}eq\x010](${'h\x01'.repeat(10_000)}eq\x020](${'h\x02'.repeat(10_000)}e.`,
  ),
  file('estimators of estimators, ten thousand wide', () => {
    const estimator = (part: string): string =>
      `${global('sklearn.a', 'B')})\x81}${text('estimators_')}${part}sb`
    const wide = (): string => `](${'h\x00'.repeat(10_000)}e`
    return `${estimator('N')}q\x00${`${estimator(wide())}q\x00`.repeat(6)}.`
  }),
  file('a list in itself', () => ']q\x00h\x00a.'),
  file('a dict in itself, as key and value', () => '}q\x00h\x00h\x00s.'),
  file('an object that is its own state and argument', () => `${global('sklearn.a', 'B')})\x81q\x00h\x00b.`),
  file(
    'an array of objects that holds itself',
    () => `${emptyArray}q\x00${arrayState(tuple('K\x01'), dtype('O8'), '](h\x00e')}.`,
  ),
  file('a tuple in itself through a list', () => ']q\x00(h\x00tq\x01h\x00h\x01a0h\x01.'),
  file('a million tuples inside one another', () => `)${'\x85'.repeat(MIB)}.`),
  file('a million lists inside one another, closed', () => `${']'.repeat(MIB)}${'a'.repeat(MIB - 1)}.`),
  file(
    'a hundred thousand objects inside one another',
    () => `N${`q\x00${global('sklearn.a', 'B')})\x81}${text('steps')}h\x00sb`.repeat(100_000)}.`,
  ),
  file('a million marks', () => '('.repeat(MIB)),
  file(
    'a number that calls itself',
    () => `${call(global('a', 'b'))}q\x00${'h\x00)Rq\x00'.repeat(100_000)}.`,
  ),
]

const LENGTHS: readonly HostileFile[] = [
  file('eight exabytes of bytes', () => proto(4, `\x8e${little(2n ** 63n - 1n, 8)}x.`)),
  file('a negative length of bytes', () => proto(4, `\x8e${little(-1, 8)}x.`)),
  file('a terabyte of text', () => proto(4, `\x8d${little(2n ** 40n, 8)}x.`)),
  file('four gigabytes of text', () => `X${little(0xffffffff, 4)}x.`),
  file('four gigabytes of bytes', () => `B${little(0xffffffff, 4)}x.`),
  file('a bytearray without end', () => proto(5, `\x96${little(2n ** 62n, 8)}x.`)),
  file('a frame without end', () => proto(4, `\x95${little(2n ** 60n, 8)}N.`)),
  file('a text of negative length', () => `T${little(-1, 4)}x.`),
  file('a whole number of negative length', () => `\x8b${little(-1, 4)}x.`),
  file('a whole number of two gigabytes', () => `\x8b${little(2 ** 31 - 1, 4)}x.`),
  file('a whole number of a megabyte, binary', () => `\x8b${little(MIB, 4)}${'\x7f'.repeat(MIB)}.`),
  file('a whole number of a million digits', () => `L${'9'.repeat(1_000_000)}L\n.`),
  file('another whole number of a million digits', () => `I${'9'.repeat(1_000_000)}\n.`),
  file('a fraction of a million digits', () => `F0.${'9'.repeat(1_000_000)}\n.`),
  file('a line of a hundred megabytes', () => `S'${'x'.repeat(100 * MIB)}'\n.`),
  file('a name of a megabyte', () => `c${'a.'.repeat(MIB)}\nb\n.`),
  file('a name of a megabyte on the stack', () => `${text('a.'.repeat(MIB))}${text('b')}\x93.`),
  file('a memo entry four billion', () => `Nr${little(0xffffffff, 4)}j${little(0xffffffff, 4)}.`),
  file('a memo entry of a thousand digits', () => `Np${'9'.repeat(1000)}\n.`),
  file('escapes by the million', () => `V${'\\u0041'.repeat(4 * MIB)}\n.`),
  file('octal escapes by the million', () => `S'${'\\101'.repeat(4 * MIB)}'\n.`),
  file('escapes that end nowhere', () => `S'\\'\nV\\\n0V\\u00\n0S'\\x'\n.`),
]

const ARRAYS: readonly HostileFile[] = [
  file(
    'an array of 2^62 numbers',
    () =>
      `${emptyArray}${arrayState(tuple(integer(2 ** 31 - 1), integer(2 ** 31 - 1)), dtype('f8'), bytes('x'))}.`,
  ),
  file(
    'an array whose size overflows to nothing',
    () => `${emptyArray}${arrayState(tuple(big(2n ** 32n), big(2n ** 32n)), dtype('f8'), bytes(''))}.`,
  ),
  file(
    'an array of 10^12 elements of no size',
    () => `${emptyArray}${arrayState(tuple(big(10n ** 12n)), dtype('S0'), bytes(''))}.`,
  ),
  file(
    'an array of negative size',
    () => `${emptyArray}${arrayState(tuple(integer(-1)), dtype('f8'), bytes(''))}.`,
  ),
  file(
    'an array of half an element',
    () => `${emptyArray}${arrayState(tuple(`G?\xe0\0\0\0\0\0\0`), dtype('f8'), bytes(''))}.`,
  ),
  file(
    'an array of ten thousand dimensions',
    () => `${emptyArray}${arrayState(`(${'K\x01'.repeat(10_000)}t`, dtype('f8'), bytes('12345678'))}.`,
  ),
  file(
    'an array with too few bytes',
    () => `${emptyArray}${arrayState(tuple('K\x02'), dtype('f8'), bytes('12345678'))}.`,
  ),
  file(
    'an array of objects given as bytes',
    () => `${emptyArray}${arrayState(tuple('K\x01'), dtype('O8'), bytes('12345678'))}.`,
  ),
  file(
    'an array of numbers given as list',
    () => `${emptyArray}${arrayState(tuple('K\x01'), dtype('f8'), '](K\x01e')}.`,
  ),
  file(
    'a type with a field outside',
    () => `${dtype('V8')}${typeState(tuple(text('a')), `}${text('a')}${tuple(dtype('f8'), 'K\x04')}s`, 8)}.`,
  ),
  file(
    'a type with a field before its start',
    () =>
      `${dtype('V8')}${typeState(tuple(text('a')), `}${text('a')}${tuple(dtype('f8'), integer(-8))}s`, 8)}.`,
  ),
  file(
    'a type that is its own field',
    () => `${dtype('V8')}q\x00${typeState(tuple(text('a')), `}${text('a')}${tuple('h\x00', 'K\x00')}s`, 8)}.`,
  ),
  file(
    'a type that shrinks after its fields were checked',
    () =>
      `${dtype('V8')}${typeState(tuple(text('a')), `}${text('a')}${tuple(dtype('f8'), 'K\x00')}s`, 8)}${typeState('N', 'N', 1)}q\x00${emptyArray}${arrayState(tuple('K\x01'), 'h\x00', bytes('x'))}.`,
  ),
  file(
    'a type of a billion bytes',
    () => `${call(global('numpy.core.multiarray', 'scalar'), dtype('S999999999'), bytes('x'))}.`,
  ),
  file(
    'types doubled through their fields',
    () =>
      `${dtype('V8')}q\x00${`${dtype('V8')}${typeState(tuple(text('a'), text('b')), `}(${text('a')}${tuple('h\x00', 'K\x00')}${text('b')}${tuple('h\x00', 'K\x00')}u`, 8)}q\x00`.repeat(200)}.`,
  ),
  file(
    'axes that are no order',
    () =>
      `${call(frombuffer, bytes('12345678'), dtype('f8'), tuple('K\x01', 'K\x01'), text('K'), tuple('K\x00', 'K\x00'))}.`,
  ),
  file(
    'a megabyte turned round a thousand times',
    () =>
      `${manyBytes(MIB)}q\x000${dtype('u1')}q\x010${`${call(frombuffer, 'h\x00', 'h\x01', tuple(integer(1024), integer(1024)), text('K'), tuple('K\x01', 'K\x00'))}0`.repeat(1000)}N.`,
  ),
  file(
    'sixty dimensions turned round',
    () =>
      `${manyBytes(MIB)}q\x000${`${call(frombuffer, 'h\x00', dtype('u1'), `(${'K\x01'.repeat(42)}${'K\x02'.repeat(20)}t`, text('K'), `(${Array.from({ length: 62 }, (_, i) => integer(61 - i)).join('')}t`)}0`.repeat(100)}N.`,
  ),
  file(
    'joblib: an array beyond the end',
    () =>
      `${wrapper(text('dtype'), dtype('f8'), text('shape'), tuple(integer(2 ** 30)), text('order'), text('C'))}x.`,
  ),
  file('joblib: an array without type', () => `${wrapper(text('shape'), tuple('K\x01'))}x.`),
  file('joblib: an array without shape', () => `${wrapper(text('dtype'), dtype('f8'))}x.`),
  file(
    'joblib: padding beyond the end',
    () =>
      `${wrapper(text('dtype'), dtype('f8'), text('shape'), tuple('K\x01'), text('numpy_array_alignment_bytes'), 'K\x10')}\xff`,
  ),
  file('joblib: wrappers in wrappers', () => wrapper(text('dtype'), dtype('O8')).repeat(5_000)),
  file(
    'joblib: an old wrapper',
    () =>
      `${global('joblib.numpy_pickle', 'NDArrayWrapper')})\x81}${text('filename')}${text('/etc/passwd')}sb.`,
  ),
  file(
    'joblib: a description of a hundred thousand attributes, again and again',
    () =>
      `${global('joblib.numpy_pickle', 'NumpyArrayWrapper')})\x81q\x00}(${'K\x01K\x02'.repeat(100_000)}uq\x010${`h\x00h\x01b`.repeat(10_000)}.`,
  ),
]

const AMPLIFIERS: readonly HostileFile[] = [
  ...['list', 'tuple', 'set', 'frozenset'].map((name) =>
    file(
      `${name}() of a hundred thousand items, ten thousand times`,
      () => `${manyItems(100_000)}\x85q\x000${`${global('builtins', name)}h\x00R0`.repeat(10_000)}N.`,
    ),
  ),
  file(
    'dict() of a hundred thousand entries, ten thousand times',
    () =>
      `}(${'K\x01K\x02'.repeat(100_000)}u\x85q\x000${`${global('builtins', 'dict')}h\x00R0`.repeat(10_000)}N.`,
  ),
  file(
    'ten megabytes encoded ten thousand times',
    () =>
      `${text('x'.repeat(10 * MIB))}${text('latin1')}\x86q\x000${`${global('_codecs', 'encode')}h\x00R0`.repeat(10_000)}N.`,
  ),
  file(
    'a scalar of ten megabytes decoded ten thousand times',
    () =>
      `${dtype('S10485760')}${manyBytes(10 * MIB)}\x86q\x000${`${global('numpy.core.multiarray', 'scalar')}h\x00R0`.repeat(10_000)}N.`,
  ),
  file(
    'states merged ten thousand times',
    () =>
      `${global('a', 'B')})\x81q\x00}(${'K\x01K\x02'.repeat(10_000)}uq\x010${`h\x00h\x01b0`.repeat(10_000)}N.`,
  ),
  file('a thousand fields given ten thousand times', () => {
    const names = Array.from({ length: 1000 }, (_, i) => text(`f${i}`))
    const fields = names.map((name) => `${name}h\x00`).join('')
    const state = `(K\x03${text('|')}N(${names.join('')}t}(${fields}uK\x08K\x01K\x00t`
    return `${tuple(dtype('u1'), 'K\x00')}q\x000${dtype('V8')}q\x010${state}q\x020${'h\x01h\x02b0'.repeat(10_000)}N.`
  }),
  file(
    'copies of copies',
    () => `]q\x00${`${global('builtins', 'list')}](h\x00h\x00e\x85Rq\x00`.repeat(10_000)}.`,
  ),
  file('bytes(10**10)', () => `${call(global('builtins', 'bytes'), big(10n ** 10n))}.`),
  file('bytearray(10**10)', () => `${call(global('builtins', 'bytearray'), big(10n ** 10n))}.`),
  file(
    'list(range(10**10))',
    () => `${call(global('builtins', 'list'), call(global('builtins', 'range'), big(10n ** 10n)))}.`,
  ),
  file('operator.mul of a text', () => `${call(global('operator', 'mul'), text('x'), big(10n ** 12n))}.`),
]

/** One kind of value each, as many as fit: together with what they cost they must be refused or fit. */
const FILLED: readonly HostileFile[] = [
  filled('nothing but None', ['(', 'N', 't.'], 64 * MIB),
  filled('values pushed and thrown away', ['', 'N0', 'N.'], 110 * MIB),
  filled('lists of one', ['(', ']Na', 't.']),
  filled('empty lists', ['(', ']', 't.'], 3 * MIB),
  filled('dicts of one', ['(', '}NNs', 't.']),
  filled('tuples of one', ['(', 'N\x85', 't.']),
  filled('sets', ['(', '\x8f', 't.'], 3 * MIB),
  filled('objects', [`${global('a', 'B')}q\x000(`, 'h\x00)\x81', 't.']),
  filled('fractions', ['(', 'G?\xb9\x99\x99\x99\x99\x99\x9a', 't.']),
  filled('texts of one character beyond Latin-1', ['(', `X\x03\0\0\0\xe6\x97\xa5`, 't.']),
  filled(
    'texts in two sizes of characters',
    ['(', `X\x40\0\0\0${'a'.repeat(61)}\xe6\x97\xa5`, 't.'],
    96 * MIB,
  ),
  filled('bytes of no length', ['(', 'C\x00', 't.'], 8 * MIB),
  filled('whole numbers of nine bytes', ['(', '\x8a\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01', 't.']),
  filled('values to remember', ['N', '\x94', '.'], 8 * MIB),
  filled('types', [`${global('numpy', 'dtype')}q\x000${tuple(text('f8'))}q\x010(`, 'h\x00h\x01R', 't.']),
  filled('arrays', [
    `${global('numpy.core.multiarray', '_reconstruct')}q\x000${tuple(global('numpy', 'ndarray'), ')', bytes('b'))}q\x010(`,
    'h\x00h\x01R',
    't.',
  ]),
  filled('scalars', [
    `${global('numpy.core.multiarray', 'scalar')}q\x000${tuple(dtype('f8'), bytes('12345678'))}q\x010(`,
    'h\x00h\x01R',
    't.',
  ]),
  filled('appends to one list', [']', 'Na', '.'], 48 * MIB),
  filled('entries of one dict', ['}', 'NNs', '.'], 48 * MIB),
  {
    name: 'a million different names',
    make: () => bytesOf(`(${Array.from({ length: 1_000_000 }, (_, i) => `cm${i}\nn\n`).join('')}t.`),
  },
  filled('names of 240 characters', [
    `(${text('a.'.repeat(120))}q\x00${text('b')}q\x01`,
    'h\x00h\x01\x930',
    't.',
  ]),
]

const PACKED: readonly HostileFile[] = [
  { name: 'a gigabyte of zeros in zlib', make: () => deflateSync(Buffer.alloc(1024 * MIB)) },
  { name: 'a gigabyte of zeros in gzip', make: () => gzipSync(Buffer.alloc(1024 * MIB)) },
  { name: 'half a gigabyte of a list in zlib', make: () => deflateSync(Buffer.alloc(512 * MIB, ']')) },
  {
    name: 'a hundred bombs behind one another',
    make: () => Buffer.concat(Array<Buffer>(100).fill(gzipSync(Buffer.alloc(16 * MIB)))),
  },
  { name: 'a bomb in a bomb', make: () => deflateSync(deflateSync(Buffer.alloc(256 * MIB))) },
  { name: 'zlib cut off', make: () => deflateSync(bytesOf('N.')).subarray(0, 5) },
  { name: 'zlib of nothing', make: () => deflateSync(Buffer.alloc(0)) },
  {
    name: 'gzip with a wrong checksum',
    make: () => {
      const packed = gzipSync(bytesOf('N.'))
      packed[packed.length - 6]! ^= 1
      return packed
    },
  },
  { name: 'gzip that is only its first bytes', make: () => bytesOf('\x1f\x8b\x08') },
  ...[
    'BZh91AY',
    '\xfd7zXZ\0',
    '\x5d\0\0\x80\0',
    '\x04\x22\x4d\x18',
    '\x28\xb5\x2f\xfd',
    'PK\x03\x04',
    'ZF0x10',
    '\x93NUMPY',
  ].map((head) => file(`another kind of file: ${JSON.stringify(head)}`, () => head + 'x'.repeat(50))),
]

const BROKEN: readonly HostileFile[] = [
  file('nothing', () => ''),
  file('STOP alone', () => '.'),
  file('a protocol alone', () => '\x80'),
  file('protocol 6', () => proto(6, 'N.')),
  file('protocol 255', () => proto(255, 'N.')),
  file('no end', () => proto(4, 'N')),
  file('an operation that does not exist', () => 'N\xff.'),
  file('a line without end', () => "S'abc"),
  file('a value never remembered', () => 'h\x05.'),
  file('a container never opened', () => 'Nt.'),
  file('a value below the mark', () => 'N(a.'),
  file('POP_MARK without mark', () => 'N1.'),
  file('out-of-band buffers', () => proto(5, '\x97\x98.')),
  file('a dict with a key alone', () => '(Nd.'),
  file('a state for a number', () => 'K\x01Nb.'),
  file('a call of a number', () => 'K\x01)R.'),
  file('a call with a number', () => `${global('a', 'b')}K\x01R.`),
  file('keywords that are no dict', () => `${global('a', 'b')})N\x92.`),
  file('a name that is no text', () => 'K\x01K\x02\x93.'),
  file('surrogates and characters that are none', () => `X\x03\0\0\0\xed\xa0\x80V\\ud800\n0V\\U00110000\n.`),
  file(
    'keys of JavaScript prototypes',
    () =>
      `}(${['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'].map((key) => `${text(key)}}`).join('')}u.`,
  ),
  file(
    'attributes of JavaScript prototypes',
    () =>
      `${global('sklearn.__proto__', 'constructor')})\x81}(${['__proto__', 'constructor', 'classes_', 'steps', 'feature_names_in_'].map((key) => `${text(key)}${global('__proto__', '__proto__')}`).join('')}ub.`,
  ),
  file(
    'modules of JavaScript prototypes',
    () =>
      `${call(global('__proto__', 'constructor'), text('x'))}${call(global('constructor', 'prototype'))}.`,
  ),
  file('an extension', () => '\x82\x01\x83\x01\x00\x84\x01\0\0\0)R.'),
  file('a persistent id that is a call', () => `${call(global('posix', 'system'), text('x'))}Q.`),
  file('another pickle behind the end', () => `N.${call(global('posix', 'system'), text('x'))}.`),
  file('text that is no pickle', () => 'hello, world'),
  file('random bytes', () =>
    Array.from({ length: 5000 }, (_, i) => String.fromCharCode((i * 2654435761) >>> 24)).join(''),
  ),
  file('zeros', () => '\0'.repeat(1000)),
  file('short texts', () => proto(4, shortText('x').repeat(3))),
]

/** Read one process each, so that each one's memory is seen. */
export const HEAVY_FILES: readonly HostileFile[] = [...FILLED, ...PACKED.slice(0, 5)]

/** Read one process per group: what V8 and the system keep of one file's memory would count against the others. */
export const HOSTILE_GROUPS: readonly (readonly HostileFile[])[] = [
  [...BROKEN, ...ARRAYS, ...PACKED.slice(5)],
  LAUGHS,
  LENGTHS,
  AMPLIFIERS,
]

export const HOSTILE_FILES: readonly HostileFile[] = HOSTILE_GROUPS.flat()

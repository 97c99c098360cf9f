import { bytes, bytesOf, call, global, integer, proto, shortText, stackGlobal, text, tuple } from './assemble'
import type { Gadget } from './gadgets'
import { GADGETS } from './gadgets'

/** A hostile file and what its inspection has to point out. */
export type HostileCall = { readonly name: string; readonly file: Buffer; readonly dangerous: string }

const items = ({ args }: Gadget): string => args.join('')
const arrayWith = (program: string): string =>
  call(
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    tuple(integer(0)),
    bytes('b'),
  ) + `(K\x01K\x01\x85${call(global('numpy', 'dtype'), text('O8'), 'K\x00', 'K\x01')}\x89](${program}etb`

/** Every way of a pickle to have something called, and ways to hide it. */
const FORMS: readonly (readonly [name: string, write: (gadget: Gadget) => string])[] = [
  ['REDUCE of protocol 0', (g) => `${call(global(g.module, g.name), ...g.args)}.`],
  ['REDUCE behind STACK_GLOBAL', (g) => proto(4, `${call(stackGlobal(g.module, g.name), ...g.args)}.`)],
  ['INST', (g) => `(${items(g)}i${g.module}\n${g.name}\n.`],
  ['OBJ', (g) => `(${global(g.module, g.name)}${items(g)}o.`],
  ['NEWOBJ', (g) => proto(2, `${global(g.module, g.name)}${tuple(...g.args)}\x81.`)],
  [
    'NEWOBJ_EX',
    (g) => proto(4, `${stackGlobal(g.module, g.name)}${tuple(...g.args)}}${shortText('k')}Ns\x92.`),
  ],
  [
    'BUILD with a state that is a call',
    (g) =>
      `${global('sklearn.tree', 'X')})\x81}${text('__setstate__')}${call(global(g.module, g.name), ...g.args)}sb.`,
  ],
  ['a call that is thrown away', (g) => `${call(global(g.module, g.name), ...g.args)}0K\x01.`],
  ['a call as key of a dict', (g) => `}${call(global(g.module, g.name), ...g.args)}K\x01s.`],
  ['a call in an array of objects', (g) => `${arrayWith(call(global(g.module, g.name), ...g.args))}.`],
  [
    'a name that is remembered and called later',
    (g) => `${global(g.module, g.name)}q\x050h\x05${tuple(...g.args)}R.`,
  ],
  ['a call before the file is cut off', (g) => `${call(global(g.module, g.name), ...g.args)}q`],
  [
    'copyreg._reconstructor',
    (g) =>
      `${call(global('copyreg', '_reconstructor'), global(g.module, g.name), global('builtins', 'object'), 'N')}.`,
  ],
  [
    'copyreg.__newobj__',
    (g) => `${call(global('copyreg', '__newobj__'), global(g.module, g.name), ...g.args)}.`,
  ],
  [
    'an argument of a harmless class',
    (g) => `${call(global('sklearn.pipeline', 'Pipeline'), call(global(g.module, g.name), ...g.args))}.`,
  ],
  [
    'a callable that getattr would find',
    (g) =>
      `${call(call(global('builtins', 'getattr'), global(g.module, g.name), text('__call__')), ...g.args)}.`,
  ],
]

/** Each gadget in three of the forms, in turn, so that every form meets gadgets of every family. */
export const HOSTILE_CALLS: readonly HostileCall[] = GADGETS.flatMap((gadget, index) =>
  [0, 5, 11].map((offset) => {
    const [form, write] = FORMS[(index + offset) % FORMS.length]!
    const path = `${gadget.module}.${gadget.name}`
    return { name: `${path} by ${form}`, file: bytesOf(write(gadget)), dangerous: path }
  }),
)

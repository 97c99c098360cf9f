import { WorkstationError } from '../errors'
import { describeCall } from './pickle/describe-value'
import { judgeGlobal } from './pickle/judge-global'
import type { PickleFile } from './pickle/read-pickle'

/** What a model never needs; other names that are called dangerous lie in honest files too, e.g. functools.partial. */
const NEVER_NEEDED = /can run any (command|Python code)/
const MOST_NAMED = 3

/** A pickle that asks Python to run something: nobody is offered a way to run it after all. */
export class HostileFile extends WorkstationError {}

type Use = PickleFile['globals'][number]

const listDangers = (globals: readonly Use[]): Use[] =>
  globals.filter((use) => judgeGlobal(use).verdict === 'dangerous')

const nameUse = (use: Use): string => {
  const [call] = use.calls
  return call === undefined ? `${use.module}.${use.name}` : describeCall(call)
}

const nameUses = (uses: readonly Use[]): string => {
  const named = uses.slice(0, MOST_NAMED).map(nameUse).join(' and ')
  return uses.length > MOST_NAMED ? `${named} and ${uses.length - MOST_NAMED} more` : named
}

/**
 * Refuses a pickle that asks Python to run something. Nothing of it would run here, but who made it meant no model.
 * @throws WorkstationError unsupported, naming what would run
 */
export function refuseHostile({ globals }: PickleFile): void {
  const hostile = listDangers(globals).filter(
    (use) => use.calls.length > 0 && NEVER_NEEDED.test(judgeGlobal(use).reason),
  )
  if (hostile.length === 0) return
  throw new HostileFile(
    'unsupported',
    `the file asks Python to run ${nameUses(hostile)}. Nothing was run here, and nothing of it is registered; do not load this file with Python`,
  )
}

/** An error of a conversion, with a warning when the file mentions something dangerous. */
export function warnOfDanger(error: unknown, { globals }: PickleFile): unknown {
  const dangers = listDangers(globals)
  if (dangers.length === 0 || !(error instanceof WorkstationError)) return error
  return new WorkstationError(
    error.code,
    `${error.message}. The file mentions ${nameUses(dangers)}: do not load it with Python unless you trust who made it`,
    { cause: error },
  )
}

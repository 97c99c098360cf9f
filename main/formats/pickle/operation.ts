import type { Machine } from './machine'

/** Carries out one operation of a pickle, whose code has been read already. */
export type Operation = (machine: Machine) => void

/** Operations by the character that is their code. */
export type OperationTable = Readonly<Record<string, Operation>>

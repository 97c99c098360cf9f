/** Models of real libraries that lie in the fixtures, with what the libraries answered. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FormPart } from './model-form'
import { filePart } from './model-form'
import { FIXTURES } from './workstation'

const FOLDER = join(FIXTURES, 'pickles/core')

export type Expected = {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
  readonly predictions: readonly (string | number)[]
  readonly probabilities?: readonly (readonly number[])[]
  readonly classes?: readonly (string | number)[]
}

export const importedFile = (name: string): string => join(FOLDER, name)

export const importedBytes = (name: string): Buffer => readFileSync(importedFile(name))

export const readExpected = (name: string): Expected =>
  JSON.parse(readFileSync(importedFile(`${name}.json`), 'utf8')) as Expected

export const modelPart = (name: string): FormPart => filePart('model', importedFile(name))
export const trainingPart = (name: string): FormPart => filePart('training_data', importedFile(`${name}.csv`))
export const verificationPart = (name: string): FormPart =>
  filePart('verification', importedFile(`${name}-verify.csv`))

/** What `os.system` in a pickle would do if it were run: make this file. */
export const hostilePickle = (path: string): Buffer =>
  Buffer.from(
    `\x80\x02cposix\nsystem\nX${String.fromCharCode(path.length + 6)}\0\0\0touch ${path}\x85R.`,
    'latin1',
  )

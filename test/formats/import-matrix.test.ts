import { describe, expect, it } from 'vitest'
import { convertModelFile } from '../../main/formats/convert-model'
import type { MatrixCase } from '../support/import-matrix'
import { checkCase, readMatrix, writeTable } from '../support/import-matrix'

const LIBRARIES = ['sklearn', 'xgboost', 'lightgbm']

describe.each(readMatrix())('models of $name', (folder) => {
  const failuresOf = async (isMeant: (entry: MatrixCase) => boolean): Promise<string> => {
    const failures: string[][] = []
    for (const entry of folder.cases.filter(isMeant)) {
      const failure = await checkCase(folder, entry, convertModelFile)
      if (failure !== null) failures.push([`${folder.name}/${entry.file}`, entry.estimator, failure])
    }
    return writeTable(failures)
  }

  const present = LIBRARIES.filter((name) => folder.cases.some(({ library }) => library === name))

  it.each(present)('answer as %s does in Python', async (library) => {
    expect(await failuresOf((entry) => entry.refuses === undefined && entry.library === library)).toBe('')
  })

  it('are refused by name where they cannot be converted', async () => {
    expect(await failuresOf((entry) => entry.refuses !== undefined)).toBe('')
  })
})

it('has a model of every library in its oldest and in its newest version', () => {
  const folders = readMatrix()
  for (const folder of [folders[0], folders.at(-1)])
    expect(new Set(folder?.cases.map(({ library }) => library))).toEqual(new Set(LIBRARIES))
})

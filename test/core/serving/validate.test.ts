import { expect, it } from 'vitest'
import { WorkstationError } from '../../../main/errors'
import type { JsonObject } from '../../../main/core/json'
import { validateRecords } from '../../../main/core/serving/validate'
import type { Feature } from '../../../main/core/signatures/signature'

const feature = (name: string, type: Feature['type'], acceptsMissing = false): Feature => ({
  name,
  type,
  input: 'x',
  column: 0,
  acceptsMissing,
})
const FEATURES = [
  feature('amount', 'number'),
  feature('visits', 'integer'),
  feature('city', 'string'),
  feature('member', 'boolean'),
]
const GOOD: JsonObject = { amount: 1.5, visits: 2, city: 'Lyon', member: true }

function problemsOf(...records: readonly JsonObject[]): string[] {
  try {
    validateRecords(FEATURES, records)
  } catch (error) {
    if (!(error instanceof WorkstationError)) throw error
    expect(error.code).toBe('invalid')
    expect(error.message).toBe(
      error.problems.map((problem) => `${problem.field} ${problem.message}`).join('; '),
    )
    return error.problems.map((problem) => `${problem.field} ${problem.message}`)
  }
  return []
}

it('puts values into the order of the features, whatever their order in the record', () => {
  const { rows, extraColumns } = validateRecords(FEATURES, [
    { member: false, city: '', visits: 0, amount: -1 },
    GOOD,
  ])
  expect(rows).toEqual([
    [-1, 0, '', false],
    [1.5, 2, 'Lyon', true],
  ])
  expect(extraColumns).toEqual([])
})

it('names every feature that is wrong, what it was and what would be right', () => {
  expect(problemsOf({ amount: '12', visits: 1.5, city: 7, member: 'yes' })).toEqual([
    'inputs.amount is "12"; expected a finite number',
    'inputs.visits is 1.5; expected a whole number',
    'inputs.city is 7; expected text',
    'inputs.member is "yes"; expected true or false',
  ])
  expect(problemsOf({})).toHaveLength(4)
  expect(problemsOf({ ...GOOD, amount: null })).toEqual([
    'inputs.amount is missing; expected a finite number',
  ])
})

it('says in which record of a batch the fault is', () => {
  expect(problemsOf(GOOD, { ...GOOD, visits: 2 ** 53 }, GOOD)).toEqual([
    'inputs[1].visits is 9007199254740992; expected a whole number',
  ])
})

it('cuts long values and long lists of faults short', () => {
  const [problem] = problemsOf({ ...GOOD, amount: 'x'.repeat(1000) })
  expect(problem!.length).toBeLessThan(100)
  expect(problemsOf(...Array.from({ length: 500 }, () => ({})))).toHaveLength(50)
})

it('accepts a missing value where the training data had gaps', () => {
  expect(validateRecords([feature('a', 'number', true)], [{ a: null }, {}]).rows).toEqual([[null], [null]])
})

it('takes 0 and 1 for true and false', () => {
  expect(validateRecords([feature('a', 'boolean')], [{ a: 0 }, { a: 1 }]).rows).toEqual([[0], [1]])
})

it('names columns that the model does not take, once', () => {
  expect(
    validateRecords(FEATURES, [
      { ...GOOD, id: 1 },
      { ...GOOD, id: 2, note: null },
    ]).extraColumns,
  ).toEqual(['id', 'note'])
})

it('does not mistake what every object has for a value', () => {
  expect(problemsOf(Object.create({ amount: 1 }) as JsonObject)).toHaveLength(4)
  const named = [feature('constructor', 'number'), feature('__proto__', 'number')]
  expect(() => validateRecords(named, [{}])).toThrow(/inputs.constructor is missing/)
  expect(validateRecords(named, [JSON.parse('{"constructor":1,"__proto__":2}') as JsonObject]).rows).toEqual([
    [1, 2],
  ])
})

it('reads many records with a column more than the model takes without going through the features for each', () => {
  const wide = Array.from({ length: 400 }, (_, index) => feature(`column ${index}`, 'number'))
  const record = { id: 7, ...Object.fromEntries(wide.map(({ name }) => [name, 1])) }
  const timed = (records: readonly JsonObject[]): number => {
    const startedAt = performance.now()
    validateRecords(wide, records)
    return performance.now() - startedAt
  }
  const { id: _id, ...exact } = record
  timed([record, exact])
  const without = Math.min(...[1, 2, 3].map(() => timed(Array.from({ length: 300 }, () => exact))))
  const withExtra = Math.min(...[1, 2, 3].map(() => timed(Array.from({ length: 300 }, () => record))))
  expect(withExtra).toBeLessThan(10 * without + 5)
})

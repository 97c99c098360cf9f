// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { readRecords, toRecord, writeCurl } from '../../renderer/pages/deployments/record-text'
import { findRole } from '../../renderer/pages/models/file-role'

describe('a record that a person writes', () => {
  it('may be one object or a list of them', () => {
    expect(readRecords('{"a": 1}').records).toEqual([{ a: 1 }])
    expect(readRecords('[{"a": 1}, {"a": 2}]').records).toHaveLength(2)
  })

  it.each([
    ['{"a": 1', /JSON|Expected/],
    ['5', /object/],
    ['[]', /at least one/],
    ['[{"a": 1}, 7]', /Entry 2/],
  ])('is refused with the reason: %s', (text, reason) => {
    const { records, fault } = readRecords(text)
    expect(records).toBeNull()
    expect(fault).toMatch(reason)
  })

  it('leaves out what was not filled in, and keeps zero and false', () => {
    expect(toRecord({ a: 0, b: false, c: undefined, d: '' })).toEqual({ a: 0, b: false })
  })
})

describe('the same call from a terminal', () => {
  const call = { url: 'http://127.0.0.1:8888', deploymentId: 'd1' }

  it('goes to the address of the deployment with a placeholder for the key', () => {
    const command = writeCurl({ ...call, records: [{ amount: 29.99 }] })
    expect(command).toContain("'http://127.0.0.1:8888/api/mlops/deployments/d1/predict'")
    expect(command).toContain('Bearer YOUR_API_KEY')
    expect(command).toContain(`-d '{"inputs":{"amount":29.99}}'`)
  })

  it('survives quotes in the values', () => {
    const command = writeCurl({ ...call, records: [{ city: "L'Aquila" }] })
    expect(command).toContain(String.raw`L'\''Aquila`)
  })
})

describe('a dropped file', () => {
  it('is taken for what its name says', () => {
    expect(findRole('Model.ONNX')).toBe('model')
    expect(findRole('training.csv')).toBe('training')
    expect(findRole('model.pkl')).toBe('model')
    expect(findRole('notes.pdf')).toBeNull()
  })
})

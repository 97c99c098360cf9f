// @vitest-environment happy-dom
import { ORPCError, os } from '@orpc/server'
import { createElement } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelInspection, Verification } from '../../main/core/models/model'
import type { PythonOffer } from '../../main/core/models/python-conversion'
import { hasPredictions, recognizeRole } from '../../renderer/pages/models/file-role'
import { InspectionPanels } from '../../renderer/pages/models/inspection-panels'
import { useRegistrationFiles } from '../../renderer/pages/models/registration-files'
import { readMismatch } from '../../renderer/pages/models/use-registration'
import { VerificationResult } from '../../renderer/pages/models/verification-result'
import { VersionBadges } from '../../renderer/pages/models/version-badges'
import { version } from './sample-nouns'
import {
  answerCalls,
  clearScreen,
  click,
  findByText,
  prepareDocument,
  readScreen,
  render,
  waitFor,
} from './screen'

beforeEach(() => {
  prepareDocument()
  useRegistrationFiles.getState().reset()
})
afterEach(clearScreen)

const file = (name: string, text: string): File => new File([text], name)

const verification: Verification = {
  verdict: 'verified',
  rows: 30,
  columns: ['prediction', 'proba_no'],
  maxDifference: 2e-15,
  meanDifference: 1e-16,
  labelFlips: 0,
  worst: [],
  tolerance: 1e-6,
  fileName: 'check.csv',
  verifiedAt: 0,
}

const conversion = {
  format: 'pickle',
  packing: 'joblib, zlib, protocol 4',
  library: 'scikit-learn',
  libraryVersion: '1.9.1',
  estimator: 'Ridge',
  place: '',
  columns: [],
  hasNames: false,
  answer: { kind: 'value', value: 'value' },
  notes: [],
} as const

type Contents = NonNullable<ModelInspection['contents']>['pickle']

const contents = (change: Partial<Contents>): ModelInspection['contents'] => ({
  kind: 'pickle',
  pickle: {
    wrapper: 'pickle',
    protocol: 4,
    compression: 'none',
    trailingBytes: 0,
    root: 'churn.Model',
    contents: [],
    estimators: [],
    globals: [],
    globalCount: 0,
    verdict: 'unknown',
    advice: 'Loading this file with Python runs code of churn.Model.',
    problem: null,
    isShortened: false,
    ...change,
  },
})

const refused = (change: Partial<ModelInspection>): ModelInspection => ({
  format: 'pickle',
  graph: null,
  changes: [],
  conversion: null,
  refusal: { code: 'unsupported', message: 'churn.Model cannot be converted' },
  mayRunCode: true,
  contents: contents({}),
  suggestedAlgorithm: '',
  signature: null,
  data: null,
  ...change,
})

const offer: PythonOffer = {
  executable: '/usr/bin/python3',
  version: '3.12.1',
  packages: { joblib: '1.5.0', skl2onnx: null },
  install: '/usr/bin/python3 -m pip install skl2onnx',
  isSandboxed: true,
  warning: 'Loading this file runs whatever code is in it.',
}

describe('a dropped file', () => {
  it('is a model by its ending, or by its content where that says more', async () => {
    expect(await recognizeRole(file('churn.joblib', ''))).toBe('model')
    expect(await recognizeRole(file('booster.txt', 'tree\nversion=v4\n'))).toBe('model')
    expect(await recognizeRole(file('churn.bin', '\x08\x0a'))).toBe('model')
    expect(await recognizeRole(file('notes.pdf', '%PDF'))).toBeNull()
  })

  it('is a table to verify with when it names predictions, and training data otherwise', async () => {
    expect(await recognizeRole(file('a.csv', 'age,target\n1,2\n'))).toBe('training')
    expect(await recognizeRole(file('a.csv', 'age,prediction\n1,2\n'))).toBe('verification')
    expect(hasPredictions('"age";"proba_yes"\n')).toBe(true)
  })
})

describe('a pickle that cannot be converted', () => {
  it('offers Python, tells what that lacks, and does not run it without', async () => {
    answerCalls({ models: { pythonOffer: os.handler(() => offer) } })
    await render(createElement(InspectionPanels, { inspection: refused({}) }))
    await click(await waitFor(() => findByText('button', 'Convert with Python…')))
    await waitFor(() => findByText('code', '/usr/bin/python3 -m pip install skl2onnx'))
    expect(readScreen()).toContain('skl2onnx is missing')
    expect(findByText('button', 'Convert with Python')).toBeUndefined()
  })

  it('is run only after the person says that they trust it', async () => {
    answerCalls({ models: { pythonOffer: os.handler(() => ({ ...offer, install: null })) } })
    await render(createElement(InspectionPanels, { inspection: refused({}) }))
    await click(await waitFor(() => findByText('button', 'Convert with Python…')))
    const run = await waitFor(() => findByText('button', 'Convert with Python'))
    expect(run.hasAttribute('disabled')).toBe(true)
    await click(document.querySelector('input[type=checkbox]')!)
    await click(run)
    expect(useRegistrationFiles.getState().runsCode).toBe(true)
    await click(await waitFor(() => findByText('button', 'Do not run it')))
    expect(useRegistrationFiles.getState().runsCode).toBe(false)
  })

  it('says what to install where there is no Python', async () => {
    answerCalls({
      models: {
        pythonOffer: os.handler(() => {
          throw new ORPCError('NOT_FOUND', { message: 'Install Python' })
        }),
      },
    })
    await render(createElement(InspectionPanels, { inspection: refused({}) }))
    await waitFor(() => readScreen().includes('Install Python'))
    expect(findByText('button', 'Convert with Python…')).toBeUndefined()
  })

  it('shows what Python would have run, and no way to run it', async () => {
    const inside = contents({
      verdict: 'dangerous',
      globalCount: 1,
      globals: [
        {
          module: 'posix',
          name: 'system',
          count: 1,
          calls: ['posix.system("rm -r /")'],
          verdict: 'dangerous',
          reason: 'It can run any command of this computer.',
        },
      ],
    })
    await render(
      createElement(InspectionPanels, { inspection: refused({ mayRunCode: false, contents: inside }) }),
    )
    const alert = await waitFor(() => document.querySelector('[role=alert]'))
    expect(alert.querySelector('code')?.textContent).toBe('posix.system("rm -r /")')
    expect(alert.textContent).toContain('Nothing was run here')
    expect(findByText('button', 'Convert with Python…')).toBeUndefined()
  })
})

describe('the marks of a version', () => {
  const show = async (change: Partial<typeof version>): Promise<string> => {
    await render(createElement(VersionBadges, { version: { ...version, ...change } }))
    return readScreen()
  }

  it('say nothing of verification for an ONNX file that nobody compared', async () => {
    expect(await show({})).toBe('ONNX')
  })

  it('say that a conversion was not verified yet', async () => {
    expect(await show({ conversion })).toBe('joblibConverted, not verified')
  })

  it('say on how many rows it was verified, and how well', async () => {
    expect(await show({ conversion, verification })).toBe(
      'joblibVerified on 30 rows, max difference 2.00e-15',
    )
  })

  it('say that labels differ, and that code was run', async () => {
    const failed = { ...verification, verdict: 'failed', labelFlips: 2 } as const
    expect(await show({ conversion: { ...conversion, ranCode: true }, verification: failed })).toBe(
      'joblibConverted in PythonDiffers: 2 other labels',
    )
  })
})

describe('a comparison with the original', () => {
  it('lists the worst rows', async () => {
    const worst = [{ row: 7, column: 'proba_no', expected: 0.5, actual: 0.25, difference: 0.25 }]
    const failed = { ...verification, verdict: 'failed', worst } as const
    await render(createElement(VerificationResult, { verification: failed }))
    const cells = [...document.querySelectorAll('tbody td')].map((cell) => cell.textContent)
    expect(cells).toEqual(['7', 'proba_no', '0.5', '0.25', '0.25'])
  })

  it('comes with the refusal of a registration', () => {
    const error = new ORPCError('MISMATCH', { data: { problems: [], detail: verification } })
    expect(readMismatch(error)).toEqual(verification)
    expect(readMismatch(new ORPCError('INVALID', { data: { problems: [], detail: null } }))).toBeNull()
  })
})

import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { SETTINGS, describeSettings, readSettings } from '../../main/settings'
import { matching, refusalOf } from './workspace'

it('takes flags before the environment, and the environment before defaults', () => {
  const environment = { PLUMBLINE_PORT: '9001', PLUMBLINE_API_KEY: 'from environment' }
  const settings = readSettings(['--port', '9002'], environment)
  expect(settings).toMatchObject({ port: 9002, apiKey: 'from environment', trustLocal: false, sample: false })
  expect(readSettings([], environment).port).toBe(9001)
  expect(readSettings([], {}).port).toBe(8888)
})

it('knows which settings were named, so that a port asked for is never replaced', () => {
  expect([...readSettings(['--port=0', '--sample'], { PLUMBLINE_JSON: '1' }).named].toSorted()).toEqual([
    'json',
    'port',
    'sample',
  ])
  expect(readSettings([], {}).named.size).toBe(0)
})

it('reads values with a space or an equals sign, and text that holds one', () => {
  expect(readSettings(['--api-key=a=b', '--data-dir', 'there'], {})).toMatchObject({
    apiKey: 'a=b',
    dataDirectory: resolve('there'),
  })
})

it('turns switches on and off', () => {
  expect(
    readSettings(['--sample', '--no-json', '--headless=false'], { PLUMBLINE_JSON: 'true' }),
  ).toMatchObject({
    sample: true,
    json: false,
    headless: false,
  })
  expect(readSettings([], { PLUMBLINE_SAMPLE: 'no', PLUMBLINE_HEADLESS: 'ON' })).toMatchObject({
    sample: false,
    headless: true,
  })
})

it('does not open the door to requests without credentials for an empty variable', () => {
  expect(readSettings([], { PLUMBLINE_TRUST_LOCAL: '' }).trustLocal).toBe(false)
  expect(readSettings([], { PLUMBLINE_PORT: '', PLUMBLINE_DATA_DIR: '' })).toMatchObject({ port: 8888 })
  expect(readSettings([], { PLUMBLINE_SAMPLE: '' }).named.size).toBe(0)
})

it.each([
  [['--port', '70000'], /^--port: expected a whole number from 0 to 65535, got "70000"$/],
  [['--port=1.5'], /--port: expected a whole number/],
  [['--inference-workers', '0'], /--inference-workers: expected a whole number from 1 to 64, got "0"/],
  [['--sample=maybe'], /--sample: expected true or false, got "maybe"/],
  [['--verbose'], /unknown option --verbose; see plumbline --help/],
  [['stray'], /unknown option stray/],
  [['--port'], /--port needs a value/],
  [['--data-dir', '--json'], /--data-dir needs a value/],
  [['--no-port', '5'], /unknown option --no-port/],
])('refuses %j and says what would be right', async (argv, message) => {
  expect(await refusalOf(() => readSettings(argv, {}))).toMatchObject({
    code: 'invalid',
    message: matching(message),
  })
})

it('names the variable when the environment is wrong', async () => {
  expect((await refusalOf(() => readSettings([], { PLUMBLINE_PORT: 'http' }))).message).toMatch(
    /^PLUMBLINE_PORT: expected/,
  )
})

it('describes every setting with its flag and its variable', () => {
  const text = describeSettings()
  for (const { flag, environment } of Object.values(SETTINGS)) {
    expect(text).toContain(flag)
    expect(text).toContain(environment)
  }
})

it('keeps data where the desktop expects them when no folder is named', () => {
  if (process.platform !== 'linux') return
  const { dataDirectory } = readSettings([], {})
  expect(dataDirectory.endsWith(join('plumbline'))).toBe(true)
})

import { cpus, homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { WorkstationError } from './errors'

const MEBIBYTE = 1024 * 1024

type Switch<T> = {
  readonly flag: string
  readonly environment: string
  readonly help: string
  readonly fallback: () => T
  readonly parse: (text: string, flag: string) => T
}

const parseText = (text: string): string => text

function parseBoolean(text: string, flag: string): boolean {
  if (['1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true
  if (['0', 'false', 'no', 'off'].includes(text.toLowerCase())) return false
  throw new WorkstationError('invalid', `${flag}: expected true or false, got "${text}"`)
}

function parseInteger(minimum: number, maximum: number) {
  return (text: string, flag: string): number => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value
    throw new WorkstationError(
      'invalid',
      `${flag}: expected a whole number from ${minimum} to ${maximum}, got "${text}"`,
    )
  }
}

function defaultDataDirectory(): string {
  if (process.platform === 'win32') return join(process.env['APPDATA'] ?? homedir(), 'Plumbline')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Plumbline')
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'plumbline')
}

const number = (
  row: Omit<Switch<number>, 'parse'> & { minimum: number; maximum: number },
): Switch<number> => ({
  ...row,
  parse: parseInteger(row.minimum, row.maximum),
})
const text = (row: Omit<Switch<string>, 'parse'>): Switch<string> => ({ ...row, parse: parseText })
const flag = (row: Omit<Switch<boolean>, 'parse' | 'fallback'>): Switch<boolean> => ({
  ...row,
  fallback: () => false,
  parse: parseBoolean,
})

/** Every setting of a workstation: its command-line flag, environment name, bounds and default. */
export const SETTINGS = {
  port: number({
    flag: '--port',
    environment: 'PLUMBLINE_PORT',
    help: 'Port of the local API (0 picks a free one; default 8888, or the next free one)',
    fallback: () => 8888,
    minimum: 0,
    maximum: 65535,
  }),
  dataDirectory: {
    ...text({
      flag: '--data-dir',
      environment: 'PLUMBLINE_DATA_DIR',
      help: 'Folder of the workspace: databases, artifacts, keys',
      fallback: defaultDataDirectory,
    }),
    parse: (value: string) => resolve(value),
  },
  apiKey: text({
    flag: '--api-key',
    environment: 'PLUMBLINE_API_KEY',
    help: 'An API key this process accepts in addition to the stored ones',
    fallback: () => '',
  }),
  trustLocal: flag({
    flag: '--trust-local',
    environment: 'PLUMBLINE_TRUST_LOCAL',
    help: 'Accept requests without credentials from this computer',
  }),
  sample: flag({
    flag: '--sample',
    environment: 'PLUMBLINE_SAMPLE',
    help: 'Add the sample workspace: three real models with their training data',
  }),
  headless: flag({
    flag: '--headless',
    environment: 'PLUMBLINE_HEADLESS',
    help: 'Serve the browser, open no window',
  }),
  json: flag({ flag: '--json', environment: 'PLUMBLINE_JSON', help: 'Print one line of JSON when ready' }),
  inferenceWorkers: number({
    flag: '--inference-workers',
    environment: 'PLUMBLINE_INFERENCE_WORKERS',
    help: 'Worker threads that run models',
    fallback: () => Math.max(2, Math.min(8, cpus().length - 1)),
    minimum: 1,
    maximum: 64,
  }),
  python: text({
    flag: '--python',
    environment: 'PLUMBLINE_PYTHON',
    help: 'Python that may convert models by running their code, when asked to (default: the first that is found)',
    fallback: () => '',
  }),
  maxModelBytes: number({
    flag: '--max-model-bytes',
    environment: 'PLUMBLINE_MAX_MODEL_BYTES',
    help: 'Largest model file that is accepted',
    fallback: () => 512 * MEBIBYTE,
    minimum: 1024,
    maximum: 2048 * MEBIBYTE - 1,
  }),
  maxDataBytes: number({
    flag: '--max-data-bytes',
    environment: 'PLUMBLINE_MAX_DATA_BYTES',
    help: 'Largest training data file that is accepted',
    fallback: () => 1024 * MEBIBYTE,
    minimum: 1024,
    maximum: 16_384 * MEBIBYTE,
  }),
  maxJsonBytes: number({
    flag: '--max-json-bytes',
    environment: 'PLUMBLINE_MAX_JSON_BYTES',
    help: 'Largest JSON body of a request',
    fallback: () => 32 * MEBIBYTE,
    minimum: 1024,
    maximum: 512 * MEBIBYTE,
  }),
} as const

type SettingsTable = typeof SETTINGS
export type SettingName = keyof SettingsTable
export type Settings = { readonly [K in SettingName]: ReturnType<SettingsTable[K]['parse']> } & {
  /** Settings that the user named; a port asked for by name is never silently replaced. */
  readonly named: ReadonlySet<SettingName>
}

const NAMES = Object.keys(SETTINGS).filter((name): name is SettingName => name in SETTINGS)

const isFlag = (word: string): boolean =>
  NAMES.some((name) => [SETTINGS[name].flag, SETTINGS[name].flag.replace('--', '--no-')].includes(word))

function readArguments(argv: readonly string[]): Map<SettingName, string> {
  const found = new Map<SettingName, string>()
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? ''
    const [flagName = '', inline] = word.split(/=(.*)/s)
    const negated = flagName.startsWith('--no-')
    const name = NAMES.find((candidate) => SETTINGS[candidate].flag === flagName.replace(/^--no-/, '--'))
    if (name === undefined)
      throw new WorkstationError('invalid', `unknown option ${word}; see plumbline --help`)
    const isSwitch = typeof SETTINGS[name].fallback() === 'boolean'
    if (isSwitch) {
      found.set(name, negated ? 'false' : (inline ?? 'true'))
      continue
    }
    if (negated) throw new WorkstationError('invalid', `unknown option ${word}; see plumbline --help`)
    const value = inline ?? argv[++index]
    if (value === undefined || (inline === undefined && isFlag(value)))
      throw new WorkstationError('invalid', `${flagName} needs a value`)
    found.set(name, value)
  }
  return found
}

/**
 * The settings of this run: flags over environment over defaults.
 * @throws WorkstationError invalid, naming the flag, its value and what would be right.
 */
export function readSettings(argv: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const fromFlags = readArguments(argv)
  const named = new Set<SettingName>()
  const pick = <T>(name: SettingName, row: Switch<T>): T => {
    const given = fromFlags.get(name) ?? environment[row.environment]
    if (given === undefined || given === '') return row.fallback()
    named.add(name)
    return row.parse(given, fromFlags.has(name) ? row.flag : row.environment)
  }
  return {
    port: pick('port', SETTINGS.port),
    dataDirectory: pick('dataDirectory', SETTINGS.dataDirectory),
    apiKey: pick('apiKey', SETTINGS.apiKey),
    trustLocal: pick('trustLocal', SETTINGS.trustLocal),
    sample: pick('sample', SETTINGS.sample),
    headless: pick('headless', SETTINGS.headless),
    json: pick('json', SETTINGS.json),
    inferenceWorkers: pick('inferenceWorkers', SETTINGS.inferenceWorkers),
    python: pick('python', SETTINGS.python),
    maxModelBytes: pick('maxModelBytes', SETTINGS.maxModelBytes),
    maxDataBytes: pick('maxDataBytes', SETTINGS.maxDataBytes),
    maxJsonBytes: pick('maxJsonBytes', SETTINGS.maxJsonBytes),
    named,
  }
}

/** The options as lines of a `--help` text. */
export function describeSettings(): string {
  return NAMES.map(
    (name) => `  ${SETTINGS[name].flag.padEnd(22)}${SETTINGS[name].help} [${SETTINGS[name].environment}]`,
  ).join('\n')
}

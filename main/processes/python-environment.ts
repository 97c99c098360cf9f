// Virtual environments for people's own scripts, kept by what they hold.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorkstationError } from '../errors'
import { type EnvironmentTool, findEnvironmentTool } from './environment-tool'
import { measureFolder, moveScripts } from './environment-folder'
import type { Python } from './python'
import { findPython } from './python'
import { runLimited } from './run-limited'
import type { Sandbox } from './sandbox'
import { findSandbox } from './sandbox'

/** An environment that was built. */
export type PythonEnvironment = {
  /** Hash of the Python version and the requirements. */
  readonly id: string
  readonly pythonVersion: string
  /** The requirements, one a line, without comments, sorted. */
  readonly requirements: string
  readonly tool: string
  readonly bytes: number
  readonly builtAt: number
  readonly usedAt: number
}

export type PreparedPython = {
  readonly python: Python
  /** How the interpreter came about, in words for the log. */
  readonly description: string
}

export type PrepareInput = {
  readonly python: Python
  /** Text of a requirements file; blank for the person's own Python as it is. */
  readonly requirements: string
  readonly signal?: AbortSignal | undefined
  readonly onLine?: ((line: string) => void) | undefined
  /** What the processes of the build can be found by after a crash; see `endMarked`. */
  readonly mark?: string
}

const BUILD_TIMEOUT_MS = 30 * 60_000
const FACTS = 'plumbline.json'
const BUILDING = 'building-'
const LAST_WORDS = 8

type Facts = Omit<PythonEnvironment, 'id' | 'usedAt'>

/**
 * The requirements as they count: without comments and blank lines, joined where a line goes on, sorted, so that two
 * files that ask for the same are the same environment. Options such as `--index-url` stay in front, in their order.
 */
export function normalizeRequirements(text: string): string {
  const lines = text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r\n|\n|\r/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .trim()
        .replaceAll(/\s+/g, ' '),
    )
    .filter((line) => line !== '')
  const isOption = (line: string): boolean => line.startsWith('-')
  const packages = lines.filter((line) => !isOption(line))
  return [...lines.filter(isOption), ...[...new Set(packages)].sort()].join('\n')
}

const interpreterIn = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')

/** Builds virtual environments once, and keeps them in a folder until they are removed. */
export class PythonEnvironments {
  private readonly folder: string
  /** Builds under way, so that two runs that ask for the same wait for one. */
  private readonly building = new Map<string, Promise<void>>()

  /** @param folder where environments are kept; made when the first is built */
  constructor(folder: string) {
    this.folder = folder
  }

  /**
   * An interpreter with these requirements: the person's own when there are none, otherwise that of a virtual
   * environment, which is built unless one of the same Python version and requirements is there. A build that fails
   * or is cancelled leaves nothing.
   * @throws WorkstationError unsupported when it cannot be built, with the tool's last words; invalid when cancelled.
   */
  async prepare(input: PrepareInput): Promise<PreparedPython> {
    const { python, signal } = input
    const requirements = normalizeRequirements(input.requirements)
    if (requirements === '')
      return { python, description: `Python ${python.version} with its own packages, no requirements` }
    const id = createHash('sha256').update(`${python.version}\n${requirements}`).digest('hex').slice(0, 32)
    const place = join(this.folder, id)
    // An environment points to the interpreter it was made of, which may have been removed since.
    const isKept = existsSync(interpreterIn(place))
    while (this.building.has(id)) {
      await this.building.get(id)?.catch(() => undefined)
      if (signal?.aborted === true) throw cancelled()
    }
    if (!existsSync(interpreterIn(place))) {
      const build = this.build({ ...input, requirements }, place)
      this.building.set(id, build)
      await build.finally(() => this.building.delete(id))
    }
    const now = new Date()
    await utimes(join(place, FACTS), now, now)
    const how = isKept ? 'kept from before' : 'built now'
    return {
      python: await findPython(interpreterIn(place)),
      description: `Python ${python.version} in a virtual environment of the requirements (${how}, ${id.slice(0, 8)})`,
    }
  }

  private async build(input: PrepareInput, place: string): Promise<void> {
    const temporary = join(this.folder, `${BUILDING}${randomUUID()}`)
    await mkdir(temporary, { recursive: true })
    try {
      const list = join(temporary, 'requirements.txt')
      await writeFile(list, `${input.requirements}\n`)
      const tool = await findEnvironmentTool()
      const sandbox = await findSandbox()
      input.onLine?.(`Building a virtual environment with ${tool.name}.`)
      for (const step of tool.steps(input.python.executable, {
        folder: temporary,
        interpreter: interpreterIn(temporary),
        list,
      }))
        await this.runStep(step, { input, tool, sandbox, temporary })
      await rm(join(temporary, '.cache'), { recursive: true, force: true })
      await moveScripts(temporary, place)
      const facts: Facts = {
        pythonVersion: input.python.version,
        requirements: input.requirements,
        tool: tool.name,
        bytes: await measureFolder(temporary),
        builtAt: Date.now(),
      }
      await writeFile(join(temporary, FACTS), JSON.stringify(facts))
      await rm(place, { recursive: true, force: true })
      await rename(temporary, place)
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
  }

  private async runStep(
    [command, ...args]: readonly [string, ...string[]],
    build: {
      readonly input: PrepareInput
      readonly tool: EnvironmentTool
      readonly sandbox: Sandbox
      readonly temporary: string
    },
  ): Promise<void> {
    const { input, tool, sandbox, temporary } = build
    // Building a package from its source runs code of that package.
    const program = sandbox.wrap(command, args, {
      readable: [...input.python.folders, ...tool.readable],
      writable: temporary,
      hasNetwork: true,
    })
    const result = await runLimited({
      ...program,
      directory: temporary,
      environment: tool.environment(temporary),
      timeoutMs: BUILD_TIMEOUT_MS,
      memoryBytes: null,
      signal: input.signal,
      ...(input.mark === undefined ? {} : { mark: input.mark }),
      onLine: (line) => input.onLine?.(line),
    })
    if (result.end === 'cancelled') throw cancelled()
    if (result.end === 'exit' && result.code === 0) return
    const why =
      result.end === 'timeout'
        ? `did not finish within ${BUILD_TIMEOUT_MS / 60_000} minutes`
        : `ended with code ${String(result.code)}`
    const said = result.tail.slice(-LAST_WORDS).join('\n')
    throw new WorkstationError(
      'unsupported',
      `the requirements could not be installed: ${tool.name} ${why}. Its last words:\n${said}`,
    )
  }

  /** What is kept, the last used first. */
  async list(): Promise<readonly PythonEnvironment[]> {
    const names = await readdir(this.folder).catch(() => [])
    const found = await Promise.all(
      names
        .filter((name) => !name.startsWith(BUILDING))
        .map(async (id): Promise<PythonEnvironment[]> => {
          const path = join(this.folder, id, FACTS)
          const text = await readFile(path, 'utf8').catch(() => null)
          if (text === null) return []
          return [{ ...(JSON.parse(text) as Facts), id, usedAt: Math.round((await stat(path)).mtimeMs) }]
        }),
    )
    return found.flat().sort((left, right) => right.usedAt - left.usedAt)
  }

  /** Removes an environment; it is built anew when it is asked for again. @throws WorkstationError not_found */
  async remove(id: string): Promise<void> {
    const isKnown = (await this.list()).some((environment) => environment.id === id)
    if (!isKnown) throw new WorkstationError('not_found', `no Python environment with id ${id}`)
    await rm(join(this.folder, id), { recursive: true, force: true })
  }

  /** Removes what a former process left half built. Meant for start-up. */
  async sweep(): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    const left = names.filter((name) => name.startsWith(BUILDING))
    await Promise.all(left.map((name) => rm(join(this.folder, name), { recursive: true, force: true })))
  }
}

const cancelled = (): WorkstationError =>
  new WorkstationError('invalid', 'building the Python environment was cancelled')

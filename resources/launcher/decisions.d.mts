// Types of the pure decisions, for their tests.
type Environment = Readonly<Record<string, string | undefined>>
interface Counts {
  passed: number
  failed: number
  skipped: number
}
interface Lockfile {
  packages?: Record<string, Record<string, unknown>>
}
export function isNodeRecent(version: string): boolean
export function findBundledNode(platform: string, arch: string): string | undefined
export function isTreeAsLocked(
  lock: Lockfile | undefined,
  installed: Lockfile | undefined,
  target: { platform: string; arch: string },
): boolean
export function readStartArguments(
  args: readonly string[],
  env: Environment,
): { isHeadless: boolean; hasSample: boolean; rest: string[] }
export function isUnattended(env: Environment): boolean
export function whyNoWindow(place: {
  platform: string
  env: Environment
  isRoot: boolean
}): string | undefined
export function isFailedLaunch(end: {
  code: number | null
  signal: string | null | undefined
  elapsedMs: number
}): boolean
export function toExitCode(
  code: number | null | undefined,
  signal: string | null | undefined,
  signalNumbers: Readonly<Record<string, number>>,
): number
export function readTestArguments(args: readonly string[]): {
  unknown: string[]
  hasChecks: boolean
  hasUnit: boolean
  hasE2e: boolean
  unitFilters: string[]
  e2eFilters: string[]
}
export function countVitest(report: object | undefined, exitCode: number): Counts
export function countPlaywright(report: object | undefined, exitCode: number): Counts
export function addCounts(counts: readonly Counts[]): Counts
export function toClosingLine(counts: Counts): string
export function listBrowserPlaces(platform: string, env: Environment): string[]
export function hasChromiumPackage(osRelease: string | undefined): boolean
export function isLockStale(lock: {
  owner: { pid: number; host: string } | undefined
  ageMs: number
  host: string
  isAlive: (pid: number) => boolean
}): boolean

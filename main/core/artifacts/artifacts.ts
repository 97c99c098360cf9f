import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import { ArtifactRows } from './artifact-rows'

export type Artifact = { readonly sha256: string; readonly size: number }

const UNUSED_FILE_KEPT_MS = 24 * 3600_000

/** Flushes a folder's entries, so that a renamed file is still named after a power cut. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Content-addressed files: written under a temporary name, hashed while streaming, fsynced, then named by their SHA-256. */
export class Artifacts {
  private readonly folder: string
  private readonly incoming: string
  private readonly rows: ArtifactRows
  /** Received files that somebody is still working with, by how many. */
  private readonly leases = new Map<string, number>()

  constructor(dataDirectory: string, database: Database) {
    this.folder = join(dataDirectory, 'artifacts')
    this.incoming = join(this.folder, 'incoming')
    this.rows = new ArtifactRows(database)
    mkdirSync(this.incoming, { recursive: true })
  }

  /** The path of a known file. The name is checked, so that no caller can reach outside the folder. */
  private place(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new WorkstationError('invalid', 'a file is named by its SHA-256, 64 hexadecimal digits')
    return join(this.folder, sha256.slice(0, 2), sha256)
  }

  /**
   * Keeps what the stream carries until its receiver calls `release`. Nothing is left behind when it fails or is too long.
   * @throws WorkstationError too_large when more than `maxBytes` arrive; invalid when nothing does.
   */
  async receive(
    stream: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number },
  ): Promise<Artifact> {
    const temporary = join(this.incoming, randomUUID())
    const hash = createHash('sha256')
    let size = 0
    try {
      const handle = await open(temporary, 'wx', 0o600)
      try {
        for await (const chunk of stream) {
          size += chunk.length
          if (size > options.maxBytes) {
            throw new WorkstationError(
              'too_large',
              `the file is larger than the limit of ${describeBytes(options.maxBytes)}`,
            )
          }
          hash.update(chunk)
          // Unlike write, which may stop half-way on a full disk, this writes the whole chunk or fails.
          await handle.writeFile(chunk)
        }
        if (size === 0) throw new WorkstationError('invalid', 'the file is empty')
        await handle.sync()
      } finally {
        await handle.close()
      }
      const sha256 = hash.digest('hex')
      await this.adopt(temporary, { sha256, size })
      return { sha256, size }
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  /** Names a received file. Leased before it is in place, so that another receiver of the same bytes cannot remove it. */
  private async adopt(temporary: string, { sha256, size }: Artifact): Promise<void> {
    const target = this.place(sha256)
    this.leases.set(sha256, (this.leases.get(sha256) ?? 0) + 1)
    try {
      await mkdir(dirname(target), { recursive: true })
      await rename(temporary, target)
      await syncFolder(dirname(target))
      this.rows.insert(sha256, size, Date.now())
    } catch (error) {
      this.release([sha256])
      throw error
    }
  }

  /** Keeps bytes that are in memory already. */
  async put(bytes: Uint8Array): Promise<Artifact> {
    async function* once(): AsyncGenerator<Uint8Array> {
      await Promise.resolve()
      yield bytes
    }
    return this.receive(once(), { maxBytes: Number.POSITIVE_INFINITY })
  }

  /** Where a file lies. @throws WorkstationError not_found */
  pathOf(sha256: string): string {
    const path = this.place(sha256)
    if (this.rows.size(sha256) === undefined)
      throw new WorkstationError('not_found', `no uploaded file with SHA-256 ${sha256}`)
    return path
  }

  /** Bytes of a known file. @throws WorkstationError not_found */
  sizeOf(sha256: string): number {
    const size = this.rows.size(sha256)
    if (size === undefined) throw new WorkstationError('not_found', `no uploaded file with SHA-256 ${sha256}`)
    return size
  }

  /** Removes half-received files and uploads that nobody used for a day. Meant for start-up, before anything is received. */
  sweep(): void {
    for (const name of readdirSync(this.incoming)) rmSync(join(this.incoming, name), { force: true })
    for (const sha256 of this.rows.unused(Date.now() - UNUSED_FILE_KEPT_MS)) this.discard(sha256)
  }

  private discard(sha256: string): void {
    this.rows.remove(sha256)
    rmSync(this.place(sha256), { force: true })
  }

  /** Keeps known files until they are released, like files that were just received. @throws WorkstationError not_found */
  hold(files: readonly string[]): void {
    for (const sha256 of files) this.pathOf(sha256)
    for (const sha256 of files) this.leases.set(sha256, (this.leases.get(sha256) ?? 0) + 1)
  }

  /** Says that a receiver is done with files; those that nobody works with and no model version names are removed. */
  release(files: readonly string[]): void {
    for (const sha256 of files) {
      const left = (this.leases.get(sha256) ?? 0) - 1
      if (left > 0) this.leases.set(sha256, left)
      else this.leases.delete(sha256)
    }
    this.removeUnused(files)
  }

  /** Removes those of the files that nobody works with and no model version names, e.g. when a version is gone. */
  removeUnused(files: readonly string[]): void {
    for (const sha256 of new Set(files)) {
      if (!this.leases.has(sha256) && !this.rows.isUsed(sha256)) this.discard(sha256)
    }
  }
}

/** A size as people write it, e.g. `512 MiB`. */
export function describeBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit] ?? ''}`
}

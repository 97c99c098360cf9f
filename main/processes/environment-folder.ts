import { lstat, open, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of all files below a folder; links count as themselves. */
export async function measureFolder(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}

async function startsWithShebang(path: string): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(2)
    await handle.read(head, 0, 2, 0)
    return head.toString('latin1') === '#!'
  } finally {
    await handle.close()
  }
}

/** Commands of an environment name its interpreter by its full path: writes the path they will have. */
export async function moveScripts(folder: string, target: string): Promise<void> {
  const commands = join(folder, 'bin')
  for (const entry of await readdir(commands, { withFileTypes: true }).catch(() => [])) {
    const path = join(commands, entry.name)
    if (!entry.isFile() || !(await startsWithShebang(path))) continue
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replaceAll(folder, target))
  }
}

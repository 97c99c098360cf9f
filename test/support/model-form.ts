/** Multipart uploads of the models and tables that lie in the fixtures and samples. */
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FIXTURES, RESOURCES } from './workstation'

export type FormPart = readonly [name: string, content: string | Buffer, fileName?: string]

/** The path of a fixture model, or of a sample's. */
export function modelFile(name: string): string {
  return name.startsWith('samples/')
    ? join(RESOURCES, name, 'model.onnx')
    : join(FIXTURES, 'onnx', `${name}.onnx`)
}

/** A part that carries a file from the disk. */
export function filePart(name: string, path: string): FormPart {
  return [name, readFileSync(path), basename(path)]
}

export function writeForm(parts: readonly FormPart[]): FormData {
  const form = new FormData()
  for (const [name, content, fileName] of parts) {
    if (typeof content === 'string') form.append(name, content)
    else form.append(name, new Blob([Uint8Array.from(content)]), fileName ?? name)
  }
  return form
}

/** A table whose rows are too few to need a file of their own. */
export function csv(header: string, rows: number): Buffer {
  const width = header.split(',').length
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: width }, (_, column) => ((row * 7 + column * 3) % 11) / 2 + 0.25).join(','),
  )
  return Buffer.from([header, ...lines, ''].join('\n'))
}

/** Every file below a data folder's `artifacts`, also half-received ones, in order. */
export async function listArtifacts(dataDirectory: string): Promise<readonly string[]> {
  const entries = await readdir(join(dataDirectory, 'artifacts'), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

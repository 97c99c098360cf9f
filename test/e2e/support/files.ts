/** Files on their way into the page. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Locator } from '@playwright/test'

export type GivenFile = { readonly name: string; readonly bytes: Buffer }

export function readGivenFile(path: string): GivenFile {
  return { name: basename(path), bytes: readFileSync(path) }
}

/** Drags files from outside over a part of the page and lets them go there. */
export async function dropFiles(target: Locator, files: readonly GivenFile[]): Promise<void> {
  const packed = files.map(({ name, bytes }) => ({ name, text: bytes.toString('base64') }))
  await target.evaluate((element, given) => {
    const transfer = new DataTransfer()
    for (const { name, text } of given) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
      transfer.items.add(new File([bytes], name))
    }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      element.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }
  }, packed)
}

/** Where the window stood when it was last closed; forgotten when no display shows that place any more. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'

const rectangleSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
const stateSchema = z.object({ bounds: rectangleSchema, isMaximized: z.boolean() })

export type Rectangle = Readonly<z.infer<typeof rectangleSchema>>
export type WindowState = Readonly<z.infer<typeof stateSchema>>

/** Size of a first window, and the smallest one that the pages are made for; in device-independent pixels. */
export const DEFAULT_SIZE = { width: 1280, height: 800 }
export const MINIMUM_SIZE = { width: 900, height: 600 }

/** How much of the title bar must lie on a display for the window to be reachable. */
const GRIP = { width: 120, height: 24 }

/** The saved state, or null on a first start or when the file is not ours any more. */
export function loadWindowState(path: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

/** Replaces the saved state in one step. */
export function saveWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, JSON.stringify(state))
  renameSync(`${path}.new`, path)
}

/**
 * Bounds to open with: the saved ones, no larger than the display they lie on; only a size when there is nothing
 * saved or the title bar would be out of reach.
 * @param workAreas of the displays that are there now, menu bars and docks left out.
 */
export function fitBounds(
  saved: Rectangle | null,
  workAreas: readonly Rectangle[],
): Rectangle | { readonly width: number; readonly height: number } {
  if (saved === null) return DEFAULT_SIZE
  const area = workAreas.find((candidate) => showsGrip(saved, candidate))
  if (area === undefined) return DEFAULT_SIZE
  return {
    x: saved.x,
    y: saved.y,
    width: Math.max(MINIMUM_SIZE.width, Math.min(saved.width, area.width)),
    height: Math.max(MINIMUM_SIZE.height, Math.min(saved.height, area.height)),
  }
}

function showsGrip(bounds: Rectangle, area: Rectangle): boolean {
  const left = Math.max(bounds.x, area.x)
  const right = Math.min(bounds.x + bounds.width, area.x + area.width)
  return right - left >= GRIP.width && bounds.y >= area.y && bounds.y + GRIP.height <= area.y + area.height
}

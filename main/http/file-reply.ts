import { createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ExportedFile } from '../core/predictions/log-export'

/** Headers that make a browser save a file under its name instead of showing it. */
export const attachmentHeaders = ({ name, bytes, contentType }: ExportedFile): Record<string, string> => ({
  'Content-Type': contentType,
  'Content-Length': String(bytes),
  // The name holds letters, digits, dashes and one dot.
  'Content-Disposition': `attachment; filename="${name}"`,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, no-store',
})

/** Streams a file as an attachment; a client that goes away ends the reading. */
export async function sendFile(response: ServerResponse, file: ExportedFile): Promise<void> {
  const source = createReadStream(file.path, { end: Math.max(0, file.bytes - 1) })
  // Before the head is out, a file that cannot be opened is still a refusal of its own.
  await new Promise((resolve, reject) => source.once('open', resolve).once('error', reject))
  response.writeHead(200, attachmentHeaders(file))
  try {
    await pipeline(source, response)
  } catch (error) {
    if (!response.destroyed) throw error
  }
}

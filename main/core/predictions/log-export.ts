import * as z from 'zod'

export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const
export const exportFormatSchema = z.enum(EXPORT_FORMATS)
export type ExportFormat = z.output<typeof exportFormatSchema>

/** A file that an export wrote, ready to be handed out. */
export type ExportedFile = {
  readonly path: string
  /** A plain name that any file system takes. */
  readonly name: string
  readonly bytes: number
  readonly contentType: string
}

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl',
  parquet: 'application/vnd.apache.parquet',
}

/** `fraud-detector-20260301-120000.csv`: letters, digits and dashes of the deployment's name, and the time (UTC). */
export function nameExport(deploymentName: string, format: ExportFormat, at: number): string {
  const plain = deploymentName
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
  const time = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${plain === '' ? 'predictions' : plain}-${time}.${format}`
}

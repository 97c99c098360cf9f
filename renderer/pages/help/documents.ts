/** The pages of resources/docs, as they lie there: their order is in their file names, their title in their first line. */
const FILES = import.meta.glob<string>('../../../resources/docs/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})

export type HelpDocument = { readonly id: string; readonly title: string; readonly text: string }

/** `4-drift.md` is known as `drift`. */
export function readDocumentId(path: string): string {
  return /(?:^|\/)\d+-([\w-]+)\.md$/.exec(path)?.[1] ?? path
}

const order = (path: string): number => Number(/(\d+)-[\w-]+\.md$/.exec(path)?.[1] ?? 0)

export const DOCUMENTS: readonly HelpDocument[] = Object.entries(FILES)
  .sort(([left], [right]) => order(left) - order(right))
  .map(([path, text]) => ({ id: readDocumentId(path), title: /^# (.+)$/m.exec(text)?.[1] ?? path, text }))

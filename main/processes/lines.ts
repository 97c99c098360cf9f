import type { Readable } from 'node:stream'

const LONGEST_LINE = 4000

/** Calls back with every line of a stream; what is beyond 4,000 characters of a line is left out. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  let isCut = false
  const emit = (): void => {
    onLine(isCut ? `${rest}…` : rest)
    rest = ''
    isCut = false
  }
  const add = (text: string): void => {
    if (rest.length + text.length > LONGEST_LINE) isCut = true
    rest += text.slice(0, LONGEST_LINE - rest.length)
  }
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const [first = '', ...more] = chunk.split(/\r\n|\n|\r/)
    add(first)
    for (const text of more) {
      emit()
      add(text)
    }
  })
  stream.on('end', () => {
    if (rest !== '') emit()
  })
}

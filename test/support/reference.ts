/** The runnable pieces of the deployments reference, as they stand in its text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FIXTURES } from './workstation'

const text = readFileSync(join(FIXTURES, 'reference/mlops-deployments.txt'), 'utf8')
const LIFECYCLE = 'Deployment Lifecycle Example'

/** A line that goes on with a snippet: it is indented, closes something, or is part of a loop. */
const goesOn = (line: string): boolean => /^([ \t]|\)|\}|\]|$)/.test(line)

/** Every curl command of the examples, in order. */
export function readCurlCommands(): readonly string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    if (!line.startsWith('curl ')) return []
    let end = start + 1
    while (goesOn(lines[end]!) && lines[end] !== '') end++
    return [lines.slice(start, end).join('\n')]
  })
}

/** Every Python snippet of the examples before the lifecycle script, in order, as one program. */
export function readPythonSnippets(): string {
  const lines = text.slice(0, text.indexOf(LIFECYCLE)).split('\n')
  const starts =
    /^(import requests|resp = |requests\.|deployment_id = |print\(|result = |drift = |for .* in )/
  const kept: string[] = []
  let isInside = false
  for (const line of lines) {
    isInside = starts.test(line) || (isInside && goesOn(line))
    if (isInside) kept.push(line)
  }
  return kept.join('\n')
}

/** The lifecycle script at the end of the reference, verbatim. */
export function readLifecycleScript(): string {
  const from = text.indexOf('import requests', text.indexOf(LIFECYCLE))
  return text.slice(from, text.indexOf('See also', from))
}

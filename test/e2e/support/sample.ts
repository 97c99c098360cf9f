/** The sample workspace as the specs know it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './engine'

export const SAMPLE = {
  fraud: {
    model: 'GBM_1_AutoML',
    modelId: 'a7b8c9d0-e1f2-3456-7890-abcdef123456',
    deployment: 'fraud-detector-staging',
    deploymentId: 'd0e1f2a3-b4c5-6789-0123-def456789012',
    projectId: 'd4e5f6a7-b8c9-0123-def4-567890123456',
    record: { amount: 29.99, merchant_id: 42, hour: 14 },
  },
  iris: {
    model: 'iris-species',
    files: ['model.onnx', 'training.csv'].map((name) => join(root, 'resources/samples/iris', name)),
    record: { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
  },
} as const

/** Rows of one of the sample's CSV files, numbers as numbers, without the column that is predicted. */
export function readRows(path: string, target: string): Record<string, number>[] {
  const [header = '', ...lines] = readFileSync(join(root, 'resources/samples', path), 'utf8')
    .trim()
    .split('\n')
  const names = header.trim().split(',')
  return lines.map((line) => {
    const cells = line.trim().split(',')
    const entries = names.map((name, index) => [name, Number(cells[index])] as const)
    return Object.fromEntries(entries.filter(([name]) => name !== target))
  })
}

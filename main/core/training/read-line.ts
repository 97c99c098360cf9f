import type { Metrics, Threshold } from './training'

export type LineFacts = {
  /** 0 to 1. */
  readonly progress?: number
  readonly metric?: readonly [name: string, value: number]
  readonly model?: string
}

const NUMBER = '([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)'
const PROGRESS = new RegExp(`^\\s*progress\\s*[:=]\\s*${NUMBER}\\s*(%?)\\s*$`, 'i')
const STEPS = /\b(?:epoch|step|iteration|round|fold)s?\s*[:=]?\s*(\d+)\s*(?:\/|of)\s*(\d+)/i
const PERCENT = /(?:^|\s)(\d{1,3}(?:\.\d+)?)\s?%/
const NAMED_METRIC = new RegExp(`^\\s*metric\\s+([\\w./@-]{1,100})\\s*[=:]\\s*${NUMBER}\\s*$`, 'i')
const METRIC = new RegExp(`^\\s*([A-Za-z_][\\w ./@-]{0,99}?)\\s*:\\s*${NUMBER}\\s*$`)
const MODEL = /^\s*model\s*:\s*(\S.*?)\s*$/i
const NO_METRIC = /^(progress|epoch|step|iteration|round|fold)$/i

const asShare = (value: number): number => Math.min(1, Math.max(0, value))

/** What a printed line says of progress, a metric or where the model is. */
export function readTrainingLine(line: string): LineFacts {
  const progress = PROGRESS.exec(line)
  if (progress !== null) {
    const value = Number(progress[1])
    return { progress: asShare(progress[2] === '%' ? value / 100 : value) }
  }
  const metric = NAMED_METRIC.exec(line) ?? METRIC.exec(line)
  if (metric !== null) {
    const [, name = '', value] = metric
    if (!NO_METRIC.test(name) && Number.isFinite(Number(value))) return { metric: [name, Number(value)] }
  }
  const model = MODEL.exec(line)
  if (model !== null) return { model: model[1] ?? '' }
  const [, done, all] = STEPS.exec(line) ?? []
  if (done !== undefined && Number(all) > 0) return { progress: asShare(Number(done) / Number(all)) }
  const percent = PERCENT.exec(line)
  return percent === null ? {} : { progress: asShare(Number(percent[1]) / 100) }
}

/** Whether metrics reach thresholds, and in words what they lack. */
export function judge(
  metrics: Metrics,
  thresholds: readonly Threshold[],
): { readonly passed: boolean; readonly reason: string } {
  const lacks = thresholds.flatMap(({ metric, order, threshold }) => {
    const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined
    if (value === undefined) return [`${metric} was not reported`]
    if (order === 1 ? value >= threshold : value <= threshold) return []
    return [
      order === 1
        ? `${metric} is ${value}, and must be at least ${threshold}`
        : `${metric} is ${value}, and must be at most ${threshold}`,
    ]
  })
  if (lacks.length > 0) return { passed: false, reason: lacks.join('; ') }
  const reason = thresholds.length === 0 ? 'there are no thresholds' : 'all thresholds are reached'
  return { passed: true, reason }
}

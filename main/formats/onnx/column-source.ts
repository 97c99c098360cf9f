/** One thing that a graph does to one value on its way to the model. */
export type ColumnStep =
  | { readonly kind: 'round' }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'scale'; readonly offset: number; readonly factor: number }
  | { readonly kind: 'add'; readonly by: number }
  | { readonly kind: 'divide'; readonly by: number }
  | { readonly kind: 'impute'; readonly missing: number; readonly by: number }
  | { readonly kind: 'equals'; readonly category: number | string }

/** Where a column of the model's input comes from: one column of one graph input, and what is done to it. */
export type ColumnSource = {
  readonly input: string
  readonly column: number
  readonly steps: readonly ColumnStep[]
}

function applyStep(step: ColumnStep, value: number | string): number | string {
  if (step.kind === 'equals') return Number(value === step.category)
  const number = Number(value)
  switch (step.kind) {
    case 'round':
      return Math.fround(number)
    case 'truncate':
      return Math.trunc(number)
    case 'scale':
      return (number - step.offset) * step.factor
    case 'add':
      return number + step.by
    case 'divide':
      return number / step.by
    case 'impute':
      return number === step.missing || (Number.isNaN(step.missing) && Number.isNaN(number))
        ? step.by
        : number
  }
}

/** The value of a model column for a value of its source; a missing value is NaN, or '' for text. */
export function computeColumn(source: ColumnSource, value: number | string): number {
  let result: number | string = value
  for (const step of source.steps) result = applyStep(step, result)
  return Number(result)
}

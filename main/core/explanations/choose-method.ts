import { WorkstationError } from '../../errors'
import type { BodyModel } from './body-model'
import type { MethodChoice } from './explanation'
import { MOST_EXACT_FEATURES } from './sampling'

/** A way to explain: from the structure of the model, or by asking it about mixtures of records. */
export type ChosenMethod =
  | { readonly kind: 'walk'; readonly method: WalkMethod }
  | { readonly kind: 'ask'; readonly method: 'exact' | 'permutation' | 'auto' }

export type WalkMethod = 'linear' | 'interventional-tree' | 'path-dependent-tree'

/** What is known of a version when a method is chosen. */
export type Choosable = {
  readonly features: number
  readonly backgroundRows: number
  /** Null when the structure could not be read. */
  readonly model: Pick<BodyModel, 'body'> | null
}

/** Walks by training rows keep a polynomial of as many columns as a path has; beyond this its numbers overflow. */
const MOST_PATH_COLUMNS = 500

/** Training rows by node, when the file has them for every node and paths are short enough to use them. */
export function findCover({ body }: Pick<BodyModel, 'body'>): Float64Array | null {
  if (body.part.kind !== 'forest') return null
  const { cover, depth } = body.part.forest
  return Math.min(depth, body.columns.length) <= MOST_PATH_COLUMNS ? cover : null
}

/** Names the setting in the message and in the problem list, as every refusal of a value does. */
function refuse(message: string): WorkstationError {
  return new WorkstationError('invalid', `contributions_method: ${message}`, {
    problems: [{ field: 'contributions_method', message }],
  })
}

function requireBackground({ backgroundRows }: Choosable, method: string): void {
  if (backgroundRows > 0) return
  throw new WorkstationError(
    'conflict',
    `register training data to explain this model: ${method} compares a record with rows of it, and this version was registered without any`,
  )
}

function chooseAutomatically(about: Choosable): ChosenMethod {
  const { model, backgroundRows } = about
  if (model !== null && findCover(model) !== null) return { kind: 'walk', method: 'path-dependent-tree' }
  requireBackground(about, 'every method that suits it')
  if (model === null || backgroundRows === 0) return { kind: 'ask', method: 'auto' }
  return { kind: 'walk', method: model.body.part.kind === 'linear' ? 'linear' : 'interventional-tree' }
}

/**
 * The way to explain a version.
 * @throws WorkstationError invalid when the asked method does not suit the model; conflict when it takes training
 * data and the version has none
 */
export function chooseMethod(about: Choosable, wanted: MethodChoice): ChosenMethod {
  const kind = about.model?.body.part.kind ?? null
  switch (wanted) {
    case 'auto':
      return chooseAutomatically(about)
    case 'linear':
      if (kind !== 'linear')
        throw refuse('"linear" takes a linear model over the raw columns, and this is none')
      requireBackground(about, '"linear"')
      return { kind: 'walk', method: 'linear' }
    case 'interventional':
      if (kind !== 'forest')
        throw refuse(
          '"interventional" walks trees over the raw columns, and no such trees were found in this model',
        )
      requireBackground(about, '"interventional"')
      return { kind: 'walk', method: 'interventional-tree' }
    case 'path-dependent':
      if (kind !== 'forest' || about.model === null)
        throw refuse(
          '"path-dependent" walks trees over the raw columns, and no such trees were found in this model',
        )
      if (findCover(about.model) === null)
        throw refuse(
          '"path-dependent" needs to know how many training rows went through each branch, which this file does not say; "interventional" does not need it',
        )
      return { kind: 'walk', method: 'path-dependent-tree' }
    case 'exact':
      if (about.features > MOST_EXACT_FEATURES)
        throw refuse(
          `"exact" asks the model about every combination of features, for at most ${MOST_EXACT_FEATURES}; this model has ${about.features}, "permutation" takes any number`,
        )
      requireBackground(about, '"exact"')
      return { kind: 'ask', method: 'exact' }
    case 'permutation':
      requireBackground(about, '"permutation"')
      return { kind: 'ask', method: 'permutation' }
  }
}

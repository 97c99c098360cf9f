// What of a prediction may be kept or told when personal data is to stay out of the log or the answer.
import { WorkstationError } from '../../errors'
import type { Cleaner, RequestPrivacy } from '../privacy/request-privacy'
import type { DecodedAnswer } from '../signatures/decoding'

const NOT_TOLD =
  'the model failed on this request; its own words are left out, because they may quote what was sent'

/**
 * Answers without personal data. A graph may pass text through; the labels that it is known to answer are left as
 * they are.
 */
export function cleanAnswers(
  answers: readonly DecodedAnswer[],
  classLabels: readonly string[],
  cleaner: Cleaner | null,
): readonly DecodedAnswer[] {
  if (cleaner === null) return answers
  const clean = (label: string): string => (classLabels.includes(label) ? label : cleaner.text(label))
  return answers.map(({ prediction, probabilities }) => ({
    prediction: typeof prediction === 'string' ? clean(prediction) : prediction,
    probabilities:
      probabilities === null
        ? null
        : Object.fromEntries(Object.entries(probabilities).map(([label, share]) => [clean(label), share])),
  }))
}

/** Both promises at once: what goes to a log passes the one, then the other. */
export function joinPrivacy(asked: RequestPrivacy | undefined, own: RequestPrivacy): RequestPrivacy {
  if (asked === undefined || asked.log === null || asked.log === own.log) return own
  return { ...own, log: own.log === null ? asked.log : chain(asked.log, own.log) }
}

const chain = (first: Cleaner, second: Cleaner): Cleaner => ({
  records: async (records) => second.records(await first.records(records)),
  text: (text) => second.text(first.text(text)),
  columnName: (name) => second.columnName(first.columnName(name)),
})

/** The error that a caller gets, and that the process's own log may show: free of values where the request wants it. */
export function hideValues(error: unknown, { log, response }: RequestPrivacy): unknown {
  const cleaner = response ?? log
  if (cleaner === null) return error
  if (!(error instanceof WorkstationError) || error.code === 'internal')
    return new WorkstationError('internal', NOT_TOLD)
  if (response === null) return error
  // Messages with a problem each were worded without values already.
  if (error.code === 'invalid' && error.problems.length > 0) return error
  if (error.code === 'invalid')
    return new WorkstationError('invalid', 'the model does not take these inputs; values are not repeated')
  return new WorkstationError(error.code, cleaner.text(error.message))
}

/** Why a request failed, for the log. */
export function describeFailure(error: unknown, keepsValues: boolean): string {
  if (!(error instanceof WorkstationError)) return 'the prediction failed'
  if (keepsValues) return error.message
  if (error.problems.length > 0)
    return `refused: ${error.problems.map((problem) => problem.field).join(', ')} (values not kept)`
  // Refusals and failures without a list of fields may quote what was sent.
  if (error.code === 'invalid') return 'refused (values not kept)'
  return error.code === 'internal' ? NOT_TOLD : error.message
}

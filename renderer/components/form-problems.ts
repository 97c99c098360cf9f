import type { UseFormReturnType } from '@mantine/form'
import { readFault } from '../client'

/** Puts the faults that the workstation named at the fields of a form that have those names. */
export function showProblems<Values extends Record<string, unknown>>(
  form: Pick<UseFormReturnType<Values>, 'setErrors' | 'getValues'>,
  error: unknown,
): void {
  const names = Object.keys(form.getValues())
  const own = readFault(error).problems.filter((problem) => names.includes(problem.field))
  if (own.length > 0) form.setErrors(Object.fromEntries(own.map(({ field, message }) => [field, message])))
}

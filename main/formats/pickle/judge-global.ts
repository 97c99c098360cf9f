import { isPureConstructor } from './construct'
import type { Danger } from './dangerous-names'
import { DANGEROUS_BUILTINS, DANGEROUS_MODULES, DANGEROUS_PARTS } from './dangerous-names'
import type { GlobalUse } from './globals'
import { MOST_CALLS } from './globals'
import type { PickleObject } from './value'
import { isKind, pathOf } from './value-kinds'

/** `data`: can only make values; `known`: part of a library of models; `unknown`: someone's own code. */
export type Verdict = 'data' | 'known' | 'unknown' | 'dangerous'

export type Judgement = { readonly verdict: Verdict; readonly reason: string }

/** By the first word of the module. */
const LIBRARIES: ReadonlyMap<string, string> = new Map([
  ['sklearn', 'scikit-learn'],
  // Cython's module of its loss functions calls itself so in scikit-learn 1.4 and 1.5.
  ['_loss', 'scikit-learn'],
  ['numpy', 'NumPy'],
  ['scipy', 'SciPy'],
  ['pandas', 'pandas'],
  ['xgboost', 'XGBoost'],
  ['lightgbm', 'LightGBM'],
  ['catboost', 'CatBoost'],
  ['joblib', 'joblib'],
  ['imblearn', 'imbalanced-learn'],
  ['category_encoders', 'Category Encoders'],
  ['feature_engine', 'Feature-engine'],
  ['statsmodels', 'statsmodels'],
  ['torch', 'PyTorch'],
  ['mlxtend', 'MLxtend'],
  ['skopt', 'scikit-optimize'],
  ['interpret', 'InterpretML'],
  ['ngboost', 'NGBoost'],
  ['sksurv', 'scikit-survival'],
  ['lifelines', 'lifelines'],
  ['prophet', 'Prophet'],
  ['polars', 'Polars'],
])

/** No family lies deeper than this. */
const DEEPEST_MODULE = 8

/** Classes of the standard library whose objects are values, beyond those that this reader makes itself. */
const VALUE_CLASSES: readonly RegExp[] = [
  /^(builtins|__builtin__)\.(object|int|float|complex|bool|str|unicode|long|slice|range|xrange|NoneType|Ellipsis|NotImplemented|\w+Error|\w+Exception)$/,
  /^datetime\.(date|time|datetime|timedelta|timezone)$/,
  /^(decimal\.Decimal|fractions\.Fraction|uuid\.UUID|collections\.deque|copy_?reg\.__newobj_ex__)$/,
  /^pathlib(\._local)?\.(Pure)?(Posix|Windows)?Path$/,
  /^(zoneinfo\.ZoneInfo\._unpickle|pytz\._(UTC|p))$/,
  /^numpy\.(rec\.)?(ndarray|matrix|recarray|record|void|bool_?|generic|number|object_|str_|bytes_|float\d+|int\d+|uint\d+|intp|longdouble|complex\d+|datetime64|timedelta64)$/,
  /^numpy\.dtypes\.\w+DType$/,
]

/** Says what a name that a file mentions would mean to Python; for showing only, as nothing here is ever called. */
export function judgeGlobal({
  module,
  name,
  calls = [],
}: Pick<GlobalUse, 'module' | 'name'> & Partial<GlobalUse>): Judgement {
  const path = `${module}.${name}`
  if (isPureConstructor({ module, name }) || VALUE_CLASSES.some((pattern) => pattern.test(path))) {
    return { verdict: 'data', reason: 'It only makes values.' }
  }
  if (path === 'functools.partial' && isHarmlessPartial(calls)) {
    return {
      verdict: 'known',
      reason: 'It only fixes arguments of a function that is listed here by itself.',
    }
  }
  const danger = findDanger(module, name)
  if (danger !== undefined) return { verdict: 'dangerous', reason: `It ${danger}.` }
  const [root = ''] = module.split('.')
  const library = LIBRARIES.get(root)
  if (library !== undefined) return { verdict: 'known', reason: `It is part of ${library}.` }
  return { verdict: 'unknown', reason: explainUnknown(root) }
}

/** scikit-learn keeps such functions in its own models; all calls have to be seen for it to count as one of them. */
function isHarmlessPartial(calls: readonly PickleObject[]): boolean {
  if (calls.length === 0 || calls.length >= MOST_CALLS) return false
  return calls.every(({ args: [wrapped] }) => {
    if (!isKind(wrapped, 'global') || pathOf(wrapped) === 'functools.partial') return false
    const { verdict } = judgeGlobal(wrapped)
    return verdict === 'known' || verdict === 'data'
  })
}

function findDanger(module: string, name: string): string | undefined {
  const isBuiltin = module === 'builtins' || module === '__builtin__' || module === '__builtins__'
  const parts = name.split('.')
  const builtin = isBuiltin ? DANGEROUS_BUILTINS.get(parts[0] ?? '') : undefined
  const family = builtin ?? findFamily(`${module}.${name}`)?.reason
  if (family !== undefined) return family
  if (!parts.some((part) => DANGEROUS_PARTS.has(part))) return undefined
  return 'leads beyond the module that it names, or runs what it is given'
}

/** The family of a module, or of any module that it lies in. */
function findFamily(path: string): Danger | undefined {
  const parts = path.split('.').slice(0, DEEPEST_MODULE)
  const prefixes = new Set(parts.map((_, index) => parts.slice(0, index + 1).join('.')))
  return DANGEROUS_MODULES.find(({ names }) => [...prefixes].some((prefix) => names.has(prefix)))
}

function explainUnknown(root: string): string {
  if (root === '__main__') return 'It was defined in the script that saved the file.'
  if (root === 'persistent id') return 'It stands for something outside of the file.'
  if (root === 'extension registry') return 'Only the program that saved the file knows what it stands for.'
  return "It is someone's own code; what it does cannot be told from the file."
}

import { WorkstationError } from '../../errors'
import { OPERATOR_NAMES } from './operator-names'
import type { OnnxSummary, OnnxValue } from './summary'

export { explainLoadFailure } from './explain-load-failure'

/** The newest version of each domain that onnxruntime-node 1.30.0 loads, found by loading one file of each version. */
const NEWEST_OPSETS: ReadonlyMap<string, number> = new Map([
  ['ai.onnx', 26],
  ['ai.onnx.ml', 5],
  ['com.microsoft', 1],
])
/** Found the same way. */
const NEWEST_IR_VERSION = 13
const TRAINING_DOMAINS = new Set(['ai.onnx.preview.training', 'ai.onnx.training'])
const NAMES_SHOWN = 5

/**
 * Refuses, with `unsupported` and a sentence that says what to do, a model that onnxruntime 1.30 cannot load or that
 * cannot be asked with tensors. A model that passes may still be refused when its session is made: the types and
 * shapes inside the graph are not checked here (see `explainLoadFailure`).
 */
export function checkServable(summary: OnnxSummary): void {
  checkExternalData(summary)
  checkVersions(summary)
  checkOperators(summary)
  checkInputs(summary.inputs)
  checkOutputs(summary)
}

function refuse(message: string): never {
  throw new WorkstationError('unsupported', message)
}

function listNames(names: readonly string[]): string {
  const shown = [...new Set(names)].map((name) => `"${name}"`)
  const rest = shown.length - NAMES_SHOWN
  return shown.slice(0, NAMES_SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function checkExternalData({ externalData }: OnnxSummary): void {
  if (externalData.length === 0) return
  refuse(
    `the data of ${listNames(externalData)} lies in another file; save the model with everything in one file ` +
      `(Python: onnx.save(onnx.load("model.onnx"), "one-file.onnx", save_as_external_data=False))`,
  )
}

function checkVersions({ irVersion, opsets, producer }: OnnxSummary): void {
  if (opsets.length === 0)
    refuse('the model does not say which opset it uses (opset_import is empty); export it again')
  for (const { domain, version } of opsets) {
    const newest = NEWEST_OPSETS.get(domain)
    if (newest === undefined || version <= newest) continue
    const exporter = producer.name === '' ? '' : ` from ${producer.name}`
    refuse(
      `the model uses opset ${version} of ${domain}; the newest that can be run is ${newest}. ` +
        `Export it again${exporter} with target_opset ${newest} or lower`,
    )
  }
  if (irVersion < 1)
    refuse('the model does not say its ONNX IR version (ir_version is missing); export it again')
  if (irVersion > NEWEST_IR_VERSION) {
    refuse(
      `the model is written in ONNX IR version ${irVersion}; the newest that can be run is ${NEWEST_IR_VERSION}. ` +
        `Set model.ir_version = ${NEWEST_IR_VERSION} before saving it`,
    )
  }
}

function checkOperators({ operators }: OnnxSummary): void {
  const training = operators.find(({ domain, type }) => TRAINING_DOMAINS.has(domain) || /.Grad$/.test(type))
  if (training !== undefined) {
    refuse(`operator ${training.type} (${training.domain}) is for training; export the model for inference`)
  }
  for (const { domain, type } of operators) {
    if (!NEWEST_OPSETS.has(domain)) {
      refuse(
        `operator "${type}" belongs to the domain "${domain}", which is not served; ` +
          `served are ${[...NEWEST_OPSETS.keys()].join(', ')}`,
      )
    }
    if (OPERATOR_NAMES.get(domain)?.has(type) === false) {
      refuse(`operator "${type}" does not exist in the domain ${domain}; check how the model was exported`)
    }
  }
}

function checkInputs(inputs: readonly OnnxValue[]): void {
  if (inputs.length === 0)
    refuse('the model has no input, so its answer never changes; a tensor input is needed')
  const other = inputs.find((input) => input.kind !== 'tensor')
  if (other !== undefined) {
    refuse(`input "${other.name}" is a ${describeKind(other)}; only tensor inputs can be given`)
  }
  const odd = inputs.find((input) => input.elementType === 'other' || input.elementType === null)
  if (odd !== undefined) {
    refuse(
      `input "${odd.name}" has an element type that cannot be given; use float, double, an integer, bool or string`,
    )
  }
}

function checkOutputs({ outputs, hasZipMap }: OnnxSummary): void {
  if (hasZipMap || outputs.some((output) => output.kind === 'tensor')) return
  const names = listNames(outputs.map((output) => output.name))
  refuse(
    `no output is a tensor (${names}); export the model with tensor outputs (skl2onnx: options={'zipmap': False})`,
  )
}

function describeKind({ kind }: OnnxValue): string {
  return kind === 'other' ? 'value of no known type' : kind
}

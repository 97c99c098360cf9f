import type { ErrorCode } from '../errors'
import type { ConversionReport } from '../formats/convert-model'
import type { FileContents } from '../formats/inspect-model-file'
import type { OnnxSummary } from '../formats/onnx/summary'
import type { ModelFormat } from '../formats/recognize-model-file'
import type { VerificationTask, VerificationRows } from './models/read-verification'
import type { DataFit } from './models/fit-data'
import type { DataColumn } from './models/model'
import type { ReadRecordsInput } from './models/read-records'
import type { JsonObject } from './json'
import type { Signature } from './signatures/signature'
import type { DatasetProfile } from './distributions/profile'
import type { BodyModel } from './explanations/body-model'
import type { MethodOutcome, MethodTask } from './monitoring/by-method/comparison'
import type { ExplainRowsInput, ExplainedRow } from './explanations/explain-by-walk'
import type { ReadBodyModelInput } from './explanations/read-body-model'
import type { FeatureValue } from './distributions/value'
import type { ExportInput, ExportOutput } from './predictions/export-log'
import type { ScanInput, ScanOutput } from './predictions/scan-log'

/** What a model file holds, and the copy to serve when it cannot be served as it is. */
export type ExaminedModel = {
  readonly format: ModelFormat
  readonly graph: OnnxSummary
  /** Bytes of the changed copy or of what the file was converted to, or null when the original is served. */
  readonly served: Uint8Array | null
  readonly changes: readonly string[]
  /** Null for a file that is ONNX already. */
  readonly conversion: ConversionReport | null
}

/** What lies in a model file, also when it cannot be served. */
export type InspectedModel = {
  readonly format: ModelFormat
  /** Null when it cannot be served, and then `refusal` says why. */
  readonly examined: Omit<ExaminedModel, 'served'> | null
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null
  /** Whether running the file's code in Python may convert what cannot be read as data. */
  readonly mayRunCode: boolean
  readonly contents: FileContents | null
}

export type ExaminedData = {
  readonly rows: number
  readonly columns: readonly DataColumn[]
  readonly targetColumn: string | null
  readonly signature: Signature | null
  readonly problem: string | null
  /** Null when the columns do not fit the graph. */
  readonly profile: DatasetProfile | null
  /** What was left out of the samples, in words. */
  readonly notes: readonly string[]
  /** Evenly spaced rows in the order of the signature's features, for the self-test and as examples. */
  readonly sample: readonly (readonly FeatureValue[])[]
  /** The target's values in the same rows; empty without a target. */
  readonly sampleTargets: readonly FeatureValue[]
  /** Rows to explain answers against, stratified by the target. */
  readonly background: readonly (readonly FeatureValue[])[]
}

/** Work that is too long for the main thread: what goes in and what comes out, as plain data. */
export type AnalysisTasks = {
  'examine-model': { readonly input: { readonly path: string }; readonly output: ExaminedModel }
  'inspect-model': { readonly input: { readonly path: string }; readonly output: InspectedModel }
  'read-verification': { readonly input: VerificationTask; readonly output: VerificationRows }
  'examine-data': {
    readonly input: { readonly path: string; readonly fit: DataFit; readonly targetColumn: string | null }
    readonly output: ExaminedData
  }
  'read-records': { readonly input: ReadRecordsInput; readonly output: readonly JsonObject[] }
  'scan-log': { readonly input: ScanInput; readonly output: ScanOutput }
  'export-log': { readonly input: ExportInput; readonly output: ExportOutput }
  'read-body-model': { readonly input: ReadBodyModelInput; readonly output: BodyModel | null }
  'compare-by-method': { readonly input: MethodTask; readonly output: MethodOutcome }
  'explain-rows': { readonly input: ExplainRowsInput; readonly output: readonly ExplainedRow[] }
}

export type AnalysisOptions = {
  readonly signal?: AbortSignal | undefined
  /** @param fraction 0 to 1 */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** Runs analysis tasks off the main thread; rejects with the WorkstationError that the task threw. */
export type Analyst = {
  run<Name extends keyof AnalysisTasks>(
    name: Name,
    input: AnalysisTasks[Name]['input'],
    options?: AnalysisOptions,
  ): Promise<AnalysisTasks[Name]['output']>
}

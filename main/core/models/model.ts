import * as z from 'zod'
import type { OnnxSummary } from '../../formats/onnx/summary'
import type { ConversionReport } from '../../formats/convert-model'
import type { FileContents } from '../../formats/inspect-model-file'
import type { ModelFormat } from '../../formats/recognize-model-file'
import type { ErrorCode } from '../../errors'
import type { DatasetProfile } from '../distributions/profile'
import type { FeatureType, Signature, Task } from '../signatures/signature'
import type { Verification } from './verification'
import { verificationSchema } from './verification'

export type { Verification, VerificationInput, VerifiedAnswer } from './verification'
export { describeVerification, verificationSchema } from './verification'

/**
 * What the self-test saw when rows went through the session before the version was accepted: rows of the training
 * data, or made-up ones for a version without.
 */
export type SelfTest = {
  readonly rows: number
  readonly durationMs: number
  /** Share of rows whose label was met, or null for regression and for data without a target. */
  readonly accuracy: number | null
  /** Root mean squared error in units of the target, or null for classification and for data without a target. */
  readonly rmse: number | null
  /** Coefficient of determination, or null like `rmse`. */
  readonly r2: number | null
  /** What the self-test could not tell, and what that may mean. */
  readonly notes: readonly string[]
}

/** One accepted version of a registered model. Its files are content-addressed and never change. */
export type ModelVersion = {
  readonly id: string
  readonly modelId: string
  readonly number: number
  readonly task: Task
  /** SHA-256 of the file as it was uploaded. */
  readonly originalFile: string
  /** SHA-256 of the file that is served: the original, a copy in which ZipMap was replaced, or what it was converted to. */
  readonly servedFile: string
  /** Null for a version without training data: then nothing is known about drift, and examples are made up. */
  readonly trainingFile: string | null
  readonly trainingFileName: string | null
  readonly originalFileName: string
  readonly originalBytes: number
  readonly targetColumn: string | null
  readonly signature: Signature
  readonly graph: OnnxSummary
  /** What was changed on the served copy, in words; empty when it is the original. */
  readonly changes: readonly string[]
  /** How the served file was made from the original; null when that is ONNX already. */
  readonly conversion: ConversionReport | null
  /** How its answers compare with those of the original; null when nobody compared them. */
  readonly verification: Verification | null
  readonly selfTest: SelfTest
  readonly createdAt: number
}

/** The name under which a version's file is loaded: deployments of one file share its sessions. */
export function sessionKey(version: Pick<ModelVersion, 'servedFile'>): string {
  return version.servedFile
}

/** Whether the classes of a version are whole numbers, which answers write as text. */
export function hasWholeLabels({ graph, signature }: Pick<ModelVersion, 'graph' | 'signature'>): boolean {
  if (signature.answer.kind === 'value') return false
  if (graph.classLabels !== null) return graph.classLabels.type === 'int64'
  const { answer } = signature
  if (answer.kind === 'scores') return signature.classLabels.length === 0
  return graph.outputs.some(
    ({ name, elementType }) => name === answer.label && /^u?int/.test(elementType ?? ''),
  )
}

/** The frozen distributions of a version's training data and of its own answers on them. */
export type ReferenceProfile = { readonly features: DatasetProfile; readonly predictions: DatasetProfile }

/** A column of a training data file, as it was read. */
export type DataColumn = {
  readonly name: string
  readonly type: FeatureType
  readonly missing: number
  readonly distinct: number
  /** The first few values, as text. */
  readonly examples: readonly string[]
}

/** What a training data file holds, and how it fits the model. */
export type DataInspection = {
  readonly rows: number
  readonly columns: readonly DataColumn[]
  readonly targetColumn: string | null
  /** How the columns reach the graph; null when they do not fit, and then `problem` says why. */
  readonly signature: Signature | null
  readonly problem: string | null
}

/** What uploaded files hold, before anything is registered. Nothing of the model file was run to find out. */
export type ModelInspection = {
  readonly format: ModelFormat
  /** The graph that will be served; null when the file cannot be converted, and then `refusal` says why. */
  readonly graph: OnnxSummary | null
  /** What will be changed on the copy that is served, in words. */
  readonly changes: readonly string[]
  /** How the file was converted; null for ONNX, and for what cannot be converted. */
  readonly conversion: ConversionReport | null
  /** Why the file cannot be converted, and the way out. */
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null
  /** Whether running the file's code in Python may convert what cannot be read as data. */
  readonly mayRunCode: boolean
  /** What lies in a file that is not ONNX: estimators, parameters, and every name that it mentions. */
  readonly contents: FileContents | null
  readonly suggestedAlgorithm: string
  /** What the model takes and answers as far as its file says; null when only training data can tell. */
  readonly signature: Signature | null
  readonly data: DataInspection | null
}

/** A registered model: a name in a project, with its versions. */
export type Model = {
  readonly id: string
  readonly projectId: string
  readonly name: string
  readonly description: string
  readonly algorithm: string
  readonly versionCount: number
  /** 0 for a model that was described and has no file yet. */
  readonly latestVersion: number
  /** Null while there is no file. */
  readonly task: Task | null
  readonly featureCount: number
  readonly deploymentCount: number
  readonly createdAt: number
  readonly updatedAt: number
}

const uploadedFile = z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of an uploaded file')

export const registrationSchema = z.object({
  projectId: z.string().min(1),
  name: z.string().trim().min(1, 'give the model a name').max(100, 'at most 100 characters'),
  description: z.string().max(2000).default(''),
  /** Shown as the model's algorithm; derived from the graph when empty. */
  algorithm: z.string().max(100).default(''),
  /** SHA-256 names of files that were received before. */
  modelFile: uploadedFile,
  modelFileName: z.string().min(1).max(255),
  /** Both null or absent to register without training data. */
  trainingFile: uploadedFile.nullable().default(null),
  trainingFileName: z.string().min(1).max(255).nullable().default(null),
  /** The column that holds the answer; found by itself when there is one column more than the graph takes. */
  targetColumn: z.string().nullable().default(null),
  /** The caller's name for this registration in progress events. */
  registrationId: z.string().max(64).default(''),
  /** Rows with the original's predictions, to compare with before the version is accepted. */
  verification: verificationSchema.nullable().default(null),
  /** Accepts the version although its answers differ from the original's. */
  allowsMismatch: z.boolean().default(false),
  /** Converts a pickle by running its code in the person's own Python instead of reading it as data. */
  runsCode: z.boolean().default(false),
})

export type Registration = z.output<typeof registrationSchema>
/** A registration as a caller may write it, without what has a default. */
export type RegistrationInput = z.input<typeof registrationSchema>

export const trainingDataSchema = z.object({
  file: uploadedFile,
  name: z.string().min(1).max(255),
  targetColumn: z.string().nullable().default(null),
})

export type TrainingData = z.output<typeof trainingDataSchema>
export type TrainingDataInput = z.input<typeof trainingDataSchema>

export const modelQuerySchema = z.object({
  projectId: z.string().optional(),
  search: z.string().max(200).default(''),
  sort: z.enum(['name', 'createdAt', 'updatedAt', 'algorithm']).default('updatedAt'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).default(0),
})

export type ModelQuery = z.output<typeof modelQuerySchema>
